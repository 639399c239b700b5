//! mbedTLS 2.28's `ssl_client2` and `ssl_server2`, from the C source inside the crate `mbedtls-sys-auto`.
//!
//! Cargo gets the crate by a manifest under `target/`, so that it is no dependency of this workspace. The configuration
//! is ours, `testdata/mbedtls/peer_config.h`. What was built stays until one of the inputs is another.

use super::gcc::{self, run};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The crate's version; the source in it is mbedTLS 2.28.10.
const VERSION: &str = "2.28.15";
const FLAGS: &[&str] = &["-O1", "-w", "-c", "-DMBEDTLS_CONFIG_FILE=\"peer_config.h\""];
/// Beside the whole library.
const SOURCES: &[&str] = &[
    "programs/ssl/ssl_test_lib.c",
    "programs/test/query_config.c",
    "tests/src/helpers.c",
    "programs/ssl/ssl_client2.c",
    "programs/ssl/ssl_server2.c",
];
const INCLUDES: &[&str] = &["include", "library", "programs/ssl", "programs/test", "tests/include"];
const PROGRAMS: [&str; 2] = ["ssl_client2", "ssl_server2"];

/// Where a program is, or will be.
pub(super) fn program(name: &str) -> PathBuf {
    folder().join(name)
}

/// Builds both programs, when they are not there.
///
/// # Errors
/// Cargo or gcc fail.
pub(super) fn build() -> Result<(), String> {
    if PROGRAMS.iter().all(|name| program(name).exists()) {
        return Ok(());
    }
    let source = source()?;
    // Others may build at the same time; the last one's programs stay.
    let objects = folder().with_extension(format!("{}", std::process::id()));
    std::fs::create_dir_all(&objects).map_err(|error| format!("{}: {error}", objects.display()))?;
    let files = sources(&source)?;
    compile(&source, &files, &objects)?;
    for name in PROGRAMS {
        let mut link = Command::new("gcc");
        link.arg("-o").arg(objects.join(name));
        let others = |file: &&PathBuf| {
            PROGRAMS.iter().all(|other| *other == name || file.file_stem() != Some(OsStr::new(other)))
        };
        link.args(files.iter().filter(others).map(|file| object(&objects, file)));
        run(&mut link)?;
    }
    std::fs::create_dir_all(folder()).map_err(|error| format!("{}: {error}", folder().display()))?;
    for name in PROGRAMS {
        std::fs::rename(objects.join(name), program(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    std::fs::remove_dir_all(&objects).map_err(|error| format!("{}: {error}", objects.display()))
}

/// Named by all that goes into the programs.
fn folder() -> PathBuf {
    let config = include_str!("../../testdata/mbedtls/peer_config.h");
    gcc::folder("mbedtls", (VERSION, FLAGS, SOURCES, INCLUDES, config))
}

/// The directory of the C source, got by cargo.
fn source() -> Result<PathBuf, String> {
    let fetch = gcc::peers().join("fetch-mbedtls");
    let write = |name: &str, text: &str| {
        let file = fetch.join(name);
        std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))
    };
    std::fs::create_dir_all(fetch.join("src")).map_err(|error| format!("{}: {error}", fetch.display()))?;
    write("src/lib.rs", "")?;
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"fetch-mbedtls\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
             [dependencies]\nmbedtls-sys-auto = \"={VERSION}\"\n[workspace]\n"
        ),
    )?;
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(fetch.join("Cargo.toml"));
    let metadata = run(&mut cargo)?;
    let wanted = format!("mbedtls-sys-auto-{VERSION}/Cargo.toml");
    let manifest = metadata
        .split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.ends_with(&wanted))
        .ok_or_else(|| format!("cargo does not tell where {wanted} is"))?;
    Ok(Path::new(manifest).with_file_name("vendor"))
}

fn sources(source: &Path) -> Result<Vec<PathBuf>, String> {
    let library = source.join("library");
    let entries = std::fs::read_dir(&library).map_err(|error| format!("{}: {error}", library.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension() == Some(OsStr::new("c")))
        .collect();
    files.extend(SOURCES.iter().map(|file| source.join(file)));
    Ok(files)
}

fn object(objects: &Path, file: &Path) -> PathBuf {
    objects.join(file.with_extension("o").file_name().unwrap_or_default())
}

/// As many at a time as there are cores.
fn compile(source: &Path, files: &[PathBuf], objects: &Path) -> Result<(), String> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let next = Mutex::new(files.iter());
    let take = || next.lock().ok()?.next();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(file) = take() {
                        let mut gcc = Command::new("gcc");
                        gcc.args(FLAGS);
                        gcc.args(
                            INCLUDES.iter().map(|folder| format!("-I{}", source.join(folder).display())),
                        );
                        gcc.arg("-I").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/mbedtls"));
                        run(gcc.arg(file).arg("-o").arg(object(objects, file)))?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Err("a worker died".to_owned())))
    })
}
