//! The Mandelbrot set: each task draws a tile, and the tiles come together as a PNG.

use borsh::{BorshDeserialize, BorshSerialize};
use common::{decode, encode};

use super::kind::{Kind, Shown};

/// The longest side of a tile.
const TILE: u32 = 128;
const MOST_STEPS: u32 = 1000;

#[derive(Debug, Clone, Copy, BorshSerialize, BorshDeserialize)]
struct Tile {
    /// The size of the whole picture.
    size: (u32, u32),
    at: (u32, u32),
    part: (u32, u32),
}

pub(super) fn kind() -> Kind {
    Kind {
        split: Box::new(split),
        run: Box::new(draw),
        show: Box::new(put_together),
        makes_file: true,
        help: "WIDTHxHEIGHT: a picture of the Mandelbrot set, in tiles; see --out",
    }
}

fn split(words: &[String]) -> Result<Vec<Vec<u8>>, String> {
    let wrong = || "give one size, such as 800x600; each side is from 1 to 8192".to_owned();
    let [size] = words else {
        return Err(wrong());
    };
    let (width, height) = size.split_once('x').ok_or_else(wrong)?;
    let side = |text: &str| {
        let side = text.parse().ok();
        side.filter(|side| (1..=8192).contains(side))
            .ok_or_else(wrong)
    };
    let size @ (width, height) = (side(width)?, side(height)?);
    let mut tiles = Vec::new();
    for top in (0..height).step_by(TILE as usize) {
        for left in (0..width).step_by(TILE as usize) {
            let part = (TILE.min(width - left), TILE.min(height - top));
            let at = (left, top);
            tiles.push(encode(&Tile { size, at, part }).map_err(|error| error.to_string())?);
        }
    }
    Ok(tiles)
}

/// Returns the tile and one byte for each of its pixels.
fn draw(body: &[u8]) -> Result<Vec<u8>, String> {
    let tile: Tile = decode(body).map_err(|error| error.to_string())?;
    let pixels = (0..tile.part.1).flat_map(|y| (0..tile.part.0).map(move |x| (x, y)));
    let pixels: Vec<u8> = pixels
        .map(|(x, y)| shade(tile.size, (tile.at.0 + x, tile.at.1 + y)))
        .collect();
    encode(&(tile, pixels)).map_err(|error| error.to_string())
}

fn shade((width, height): (u32, u32), (x, y): (u32, u32)) -> u8 {
    let scale = (3.0 / f64::from(width)).max(2.0 / f64::from(height));
    let re = (f64::from(x) - f64::from(width) / 2.0) * scale - 0.5;
    let im = (f64::from(y) - f64::from(height) / 2.0) * scale;
    let (mut a, mut b) = (0.0, 0.0);
    for step in 0..MOST_STEPS {
        let (a_squared, b_squared) = (a * a, b * b);
        if a_squared + b_squared > 4.0 {
            return u8::try_from(55 + step * 8 % 200).unwrap_or(u8::MAX);
        }
        b = 2.0 * a * b + im;
        a = a_squared - b_squared + re;
    }
    0
}

fn put_together(results: &[Vec<u8>]) -> Result<Shown, String> {
    let mut picture = Vec::new();
    let mut size = (0, 0);
    for result in results {
        let (tile, pixels): (Tile, Vec<u8>) = decode(result).map_err(|error| error.to_string())?;
        size = tile.size;
        picture.resize(size.0 as usize * size.1 as usize, 0);
        for (row, line) in pixels.chunks(tile.part.0.max(1) as usize).enumerate() {
            let start = (tile.at.1 as usize + row) * size.0 as usize + tile.at.0 as usize;
            let place = picture.get_mut(start..start + line.len());
            place
                .ok_or("a tile is not in the picture")?
                .copy_from_slice(line);
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, size.0, size.1);
    encoder.set_color(png::ColorType::Grayscale);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&picture))
        .map_err(|error| format!("cannot make the picture: {error}"))?;
    Ok(Shown::File(file, "png"))
}
