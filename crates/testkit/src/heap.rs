//! A model of a heap as small systems have one: of fixed size, first fit, blocks that never move. It says where each
//! block would stand; the memory itself comes from elsewhere. It allocates nothing, so that an allocator can ask it.

/// Blocks that can be live at once.
const MAX_BLOCKS: usize = 512;
/// What stands before each block, and what blocks are aligned to, in bytes.
const HEADER_BYTES: usize = 8;
const ALIGNMENT: usize = 8;

#[derive(Clone, Copy)]
struct Block {
    /// Where the memory is in truth.
    address: usize,
    start: usize,
    end: usize,
}

/// What was seen of a heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The end of the highest block so far: the heap that would have been enough, gaps included.
    pub high_water: usize,
    /// The largest single block so far.
    pub largest: usize,
    /// Blocks that are live.
    pub blocks: usize,
    /// Requests for which there was no gap.
    pub refused: usize,
}

/// The heap; of 0 bytes it is none, and everything fits.
pub struct FirstFit {
    size: usize,
    blocks: [Block; MAX_BLOCKS],
    figures: Figures,
}

impl FirstFit {
    /// An empty heap.
    #[must_use]
    pub const fn new(size: usize) -> Self {
        let figures = Figures { high_water: 0, largest: 0, blocks: 0, refused: 0 };
        Self { size, blocks: [Block { address: 0, start: 0, end: 0 }; MAX_BLOCKS], figures }
    }

    /// What was seen so far.
    #[must_use]
    pub const fn figures(&self) -> Figures {
        self.figures
    }

    fn live(&self) -> &[Block] {
        self.blocks.get(..self.figures.blocks).unwrap_or_default()
    }

    /// The lowest gap that holds `len` bytes: the index of the block after it, and where it starts.
    fn gap(&self, len: usize) -> Option<(usize, usize)> {
        let mut start = 0;
        for (index, block) in self.live().iter().enumerate() {
            if block.start - start >= len {
                return Some((index, start));
            }
            start = block.end;
        }
        (self.size - start >= len).then_some((self.figures.blocks, start))
    }

    /// Whether a block of so many bytes fits.
    #[must_use]
    pub fn fits(&mut self, bytes: usize) -> bool {
        let fits = self.size == 0 || self.figures.blocks < MAX_BLOCKS && self.gap(occupied(bytes)).is_some();
        self.figures.refused += usize::from(!fits);
        fits
    }

    /// Places a block that fits.
    pub fn insert(&mut self, address: usize, bytes: usize) {
        let len = occupied(bytes);
        if self.size == 0 {
            return;
        }
        let Some((index, start)) = self.gap(len) else { return };
        let count = self.figures.blocks;
        if let Some(after) = self.blocks.get_mut(index..=count) {
            after.rotate_right(1);
            if let Some(block) = after.first_mut() {
                *block = Block { address, start, end: start + len };
            }
            self.figures.blocks += 1;
            self.figures.high_water = self.figures.high_water.max(start + len);
            self.figures.largest = self.figures.largest.max(bytes);
        }
    }

    /// Frees a block.
    pub fn remove(&mut self, address: usize) {
        let Some(index) = self.live().iter().position(|block| block.address == address) else { return };
        if let Some(after) = self.blocks.get_mut(index..self.figures.blocks) {
            after.rotate_left(1);
            self.figures.blocks -= 1;
        }
    }
}

const fn occupied(bytes: usize) -> usize {
    HEADER_BYTES + bytes.next_multiple_of(ALIGNMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_gap_is_used_and_gaps_join() {
        let mut heap = FirstFit::new(96);
        for address in 1..=4 {
            assert!(heap.fits(16));
            heap.insert(address, 16);
        }
        assert!(!heap.fits(1));
        heap.remove(2);
        assert!(heap.fits(16) && !heap.fits(17));
        heap.remove(3);
        assert!(heap.fits(40));
        heap.insert(5, 1);
        heap.insert(6, 8);
        assert!(!heap.fits(16));
        heap.remove(5);
        assert!(heap.fits(8) && !heap.fits(16));
        let figures = heap.figures();
        assert_eq!((figures.blocks, figures.high_water, figures.largest), (3, 96, 16));
    }

    #[test]
    fn in_a_heap_of_no_bytes_everything_fits() {
        let mut heap = FirstFit::new(0);
        assert!(heap.fits(usize::MAX / 2));
        heap.insert(1, 100);
        assert_eq!(heap.figures(), Figures::default());
    }
}
