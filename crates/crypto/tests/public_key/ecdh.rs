//! Key agreement: RFC 7748 section 6.1, RFC 5903 section 8, and public values that are none.

use crate::support::{Failing, Fixed, Seeded, Stuck, hex, run};
use embertls_crypto::agreement::{SECP256R1, SECP384R1, X25519};
use embertls_crypto::limits::SCALAR_DRAWS;
use embertls_crypto::{Agreement, Budget, Error, Progress, Rng};
use proptest::prelude::*;

static ALL: [&Agreement; 3] = [&SECP256R1, &SECP384R1, &X25519];

/// Both sides of a published exchange: private value, public value of each, and the shared secret.
fn exchanges(agreement: &Agreement, sides: [[&str; 2]; 2], shared: &str) {
    for ([private, public], [_, peer]) in [(sides[0], sides[1]), (sides[1], sides[0])] {
        let pair = run((agreement.generate)(&mut Fixed(hex(private)))).unwrap();
        assert_eq!(pair, [hex(private), hex(public)].concat());
        assert_eq!(run((agreement.agree)(&hex(private), &hex(peer))), Ok(hex(shared)));
    }
}

#[test]
fn x25519_is_that_of_rfc_7748_section_6_1() {
    exchanges(
        &X25519,
        [
            [
                "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
                "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
            ],
            [
                "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
                "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
            ],
        ],
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    );
}

#[test]
fn secp256r1_is_that_of_rfc_5903_section_8_1() {
    exchanges(
        &SECP256R1,
        [
            [
                "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
                "04 DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180
                    5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
            ],
            [
                "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
                "04 D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63
                    56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
            ],
        ],
        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE",
    );
}

#[test]
fn secp384r1_is_that_of_rfc_5903_section_8_2() {
    exchanges(
        &SECP384R1,
        [
            [
                "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194",
                "04 667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6DE3AC808ACB4BDB4C88732AEE95F41AA
                    9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
            ],
            [
                "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942E0308312916B8ED2960E4BD55A7448FC",
                "04 E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D0D1AC43A0336DEF96FDA41D0774A3571
                    DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
            ],
        ],
        "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746",
    );
}

#[test]
fn rows_tell_the_lengths_of_what_they_make() {
    for agreement in ALL {
        let pair = run((agreement.generate)(&mut Seeded(3))).unwrap();
        assert_eq!(pair.len(), agreement.private_len + agreement.public_len, "{}", agreement.name);
        let (private, public) = pair.split_at(agreement.private_len);
        assert_eq!(run((agreement.agree)(private, public)).unwrap().len(), agreement.shared_len);
        for short in [0, 1, pair.len() - 1] {
            let mut out = vec![0; short];
            let mut job = (agreement.generate)(&mut Seeded(3)).unwrap();
            let made = job.advance(Budget::UNLIMITED, &mut out);
            assert_eq!(made, Progress::Ready(Err(Error::BufferTooSmall)), "{} {short}", agreement.name);
        }
        let mut out = vec![0; agreement.shared_len - 1];
        let made = (agreement.agree)(private, public).unwrap().advance(Budget::UNLIMITED, &mut out);
        assert_eq!(made, Progress::Ready(Err(Error::BufferTooSmall)), "{}", agreement.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn both_sides_agree(alice in 1_u64.., bob in 1_u64..) {
        for agreement in ALL {
            let pair = |seed| run((agreement.generate)(&mut Seeded(seed))).unwrap();
            let (alice, bob) = (pair(alice), pair(bob));
            let (alice_private, alice_public) = alice.split_at(agreement.private_len);
            let (bob_private, bob_public) = bob.split_at(agreement.private_len);
            let shared = run((agreement.agree)(alice_private, bob_public)).unwrap();
            prop_assert_eq!(&shared, &run((agreement.agree)(bob_private, alice_public)).unwrap());
        }
    }

    #[test]
    fn arbitrary_points_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        // a random y is the right one for a random x with a chance of 2^-255
        for agreement in [&SECP256R1, &SECP384R1] {
            let private = vec![1; agreement.private_len];
            prop_assert_eq!(run((agreement.agree)(&private, &bytes)), Err(Error::InvalidPoint));
        }
    }
}

#[test]
fn points_that_are_none_are_refused() {
    for (agreement, prime) in [
        (&SECP256R1, "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"),
        (
            &SECP384R1,
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
        ),
    ] {
        let pair = run((agreement.generate)(&mut Seeded(5))).unwrap();
        let (private, good) = pair.split_at(agreement.private_len);
        let len = agreement.shared_len;
        assert!(run((agreement.agree)(private, good)).is_ok());

        let tagged = |tag: u8| [&[tag], &good[1..]].concat();
        let mut off_curve = good.to_vec();
        *off_curve.last_mut().unwrap() ^= 1;
        // x = 0 is on both curves; x = p is the same field element in a second encoding
        let zero_x = [&[4][..], &vec![0; len], &good[1 + len..]].concat();
        let prime_x = [&[4][..], &hex(prime), &good[1 + len..]].concat();
        let prime_y = [&good[..1 + len], &hex(prime)].concat();
        let wrong: [(&str, Vec<u8>); 16] = [
            ("empty", vec![]),
            ("infinity", vec![0]),
            ("infinity with padding", vec![0; good.len()]),
            ("all zeros", tagged(4).iter().enumerate().map(|(i, b)| if i == 0 { *b } else { 0 }).collect()),
            ("all ones", vec![0xFF; good.len()]),
            ("compressed", [&[2 + (good[2 * len] & 1)], &good[1..=len]].concat()),
            ("compressed tag, full length", tagged(2)),
            ("hybrid", tagged(6 + (good[2 * len] & 1))),
            ("tag 5", tagged(5)),
            ("no tag", good[1..].to_vec()),
            ("short", good[..2 * len].to_vec()),
            ("long", [good, &[0]].concat()),
            ("off the curve", off_curve),
            ("x is zero", zero_x),
            ("x is p", prime_x),
            ("y is p", prime_y),
        ];
        for (what, point) in wrong {
            assert_eq!(run((agreement.agree)(private, &point)), Err(Error::InvalidPoint), "{what}");
        }
    }
}

#[test]
fn a_second_encoding_of_a_coordinate_is_refused() {
    // x = 0 is on secp256r1, with this y; p has the same length as x and is no field element
    let y = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
    let private = vec![1; 32];
    let zero = "00".repeat(32);
    let prime = "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF";
    assert!(run((SECP256R1.agree)(&private, &hex(&format!("04{zero}{y}")))).is_ok());
    let refused = run((SECP256R1.agree)(&private, &hex(&format!("04{prime}{y}"))));
    assert_eq!(refused, Err(Error::InvalidPoint));
}

#[test]
fn private_values_out_of_range_are_refused() {
    for (agreement, order) in [
        (&SECP256R1, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"),
        (
            &SECP384R1,
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        ),
    ] {
        let pair = run((agreement.generate)(&mut Seeded(5))).unwrap();
        let (private, public) = pair.split_at(agreement.private_len);
        let mut below = hex(order);
        *below.last_mut().unwrap() -= 1;
        assert!(run((agreement.agree)(&below, public)).is_ok());
        let len = agreement.private_len;
        for wrong in
            [vec![], vec![0; len], hex(order), vec![0xFF; len], private[1..].to_vec(), vec![1; len + 1]]
        {
            assert_eq!(run((agreement.agree)(&wrong, public)), Err(Error::InvalidKey));
        }
    }
    assert_eq!(run((X25519.agree)(&[1; 31], &[9; 32])), Err(Error::InvalidKey));
    assert_eq!(run((X25519.agree)(&[1; 33], &[9; 32])), Err(Error::InvalidKey));
}

#[test]
fn x25519_values_of_low_order_are_refused() {
    // the points whose order divides 8, on the curve and its twist, and their encodings with p added
    let low_order = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    for point in low_order {
        let mut masked = hex(point);
        for top in [0, 0x80] {
            // the top bit is ignored (RFC 7748 section 5)
            masked[31] = masked[31] & 0x7F | top;
            for private in [[1; 32], [0xFF; 32], [0x40; 32]] {
                assert_eq!(run((X25519.agree)(&private, &masked)), Err(Error::InvalidPoint), "{point}");
            }
        }
    }
    assert_eq!(run((X25519.agree)(&[1; 32], &[9; 31])), Err(Error::InvalidPoint));
    assert_eq!(run((X25519.agree)(&[1; 32], &[9; 33])), Err(Error::InvalidPoint));
    assert_eq!(run((X25519.agree)(&[1; 32], &[])), Err(Error::InvalidPoint));
}

#[test]
fn a_random_source_that_fails_or_is_stuck_makes_no_key() {
    for agreement in ALL {
        assert_eq!(run((agreement.generate)(&mut Failing(0))), Err(Error::Entropy), "{}", agreement.name);
    }
    for agreement in [&SECP256R1, &SECP384R1] {
        for byte in [0, 0xFF] {
            let made = run((agreement.generate)(&mut Stuck(byte)));
            assert_eq!(made, Err(Error::Entropy), "{} {byte}", agreement.name);
        }
    }
}

/// Draws above every order for so many times, then good ones.
struct TooLargeFor(usize);

impl Rng for TooLargeFor {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        out.fill(if self.0 == 0 { 1 } else { 0xFF });
        self.0 = self.0.saturating_sub(1);
        Ok(())
    }
}

#[test]
fn scalars_are_drawn_again_as_often_as_the_limit() {
    for agreement in [&SECP256R1, &SECP384R1] {
        assert!(run((agreement.generate)(&mut TooLargeFor(SCALAR_DRAWS - 1))).is_ok());
        assert_eq!(run((agreement.generate)(&mut TooLargeFor(SCALAR_DRAWS))), Err(Error::Entropy));
    }
}
