//! Pictures from people: looked at with limits, and drawn anew, small and square. What is served is
//! of our own making: nothing of the file that came in is left but what was to be seen.

use std::io::Cursor;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::http::kit::error::AppError;
use crate::protocol::FaultCode;

/// Most bytes of a file.
pub const FILE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Most pixels on a side of what comes in.
const SIDE_MAX: u32 = 4096;
/// Most bytes one picture may take while it is looked at: the largest one with 8 bits a channel, and
/// half of that again to work with.
const MEMORY_MAX: u64 = 96 * 1024 * 1024;
/// Pixels on a side of what is kept.
const SIDE: u32 = 256;
/// Of 100.
const JPEG_QUALITY: u8 = 85;
/// Pictures that wait for their turn, of at most [`FILE_BYTES_MAX`] each.
const WAITING_MAX: usize = 16;

/// A picture as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub content_type: &'static str,
    /// The file.
    pub content: Vec<u8>,
}

/// Draws pictures anew, a few at a time.
pub struct Pictures {
    permits: Semaphore,
    waiting: AtomicUsize,
}

impl Default for Pictures {
    fn default() -> Self {
        // As for passwords: half of the cores at most.
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self { permits: Semaphore::new((cores / 2).max(1)), waiting: AtomicUsize::new(0) }
    }
}

impl Pictures {
    /// Draws it anew, in turn and where it may take a while.
    pub async fn redraw(&self, file: Vec<u8>) -> Result<Picture, AppError> {
        let _place = self.place()?;
        let _turn = self.permits.acquire().await.map_err(AppError::internal)?;
        web::block(move || redraw(&file)).await?
    }

    fn place(&self) -> Result<Place<'_>, AppError> {
        let place = Place(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            return Err(AppError::unavailable("BUSY", 2, "too many pictures are sent at this moment; try again"));
        }
        Ok(place)
    }
}

/// A place in the queue, for as long as it lives.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The picture in `file`, which says by its first bytes alone what it is, as one of 256 by 256: its
/// middle, upright. With what can be seen through it a PNG, else a JPEG.
pub fn redraw(file: &[u8]) -> Result<Picture, AppError> {
    if file.is_empty() {
        return Err(refused("is empty; choose a picture"));
    }
    let format = match image::guess_format(file) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        _ => return Err(AppError::unsupported_picture()),
    };
    // The decoder fills up with grey what was cut off; its end is what tells.
    if format == ImageFormat::Jpeg && !file.windows(2).any(|pair| pair == [0xff, 0xd9]) {
        return Err(refused("is cut off; send it again"));
    }
    let image = decode(file, format).map_err(|error| match error {
        ImageError::Limits(_) => refused(format!(
            "is too large a picture; at most {SIDE_MAX} by {SIDE_MAX} pixels of 8 bits a channel are allowed, make it smaller"
        )),
        _ => refused("cannot be read: it is damaged or cut off; send another"),
    })?;
    encode(&image.resize_to_fill(SIDE, SIDE, FilterType::Lanczos3))
}

fn decode(file: &[u8], format: ImageFormat) -> Result<DynamicImage, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height)?;
    limits.reserve(decoder.total_bytes())?;
    // A camera held upright says so beside the picture, and that is not kept.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn encode(image: &DynamicImage) -> Result<Picture, AppError> {
    let drawn = image.to_rgba8();
    let mut content = Vec::new();
    if drawn.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
        drawn.write_to(&mut Cursor::new(&mut content), ImageFormat::Png).map_err(AppError::internal)?;
        return Ok(Picture { content_type: "image/png", content });
    }
    let opaque = DynamicImage::ImageRgba8(drawn).into_rgb8();
    JpegEncoder::new_with_quality(&mut content, JPEG_QUALITY).encode_image(&opaque).map_err(AppError::internal)?;
    Ok(Picture { content_type: "image/jpeg", content })
}

fn refused(reason: impl Into<String>) -> AppError {
    AppError::out_of_bounds("file", (FaultCode::Picture, reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::ResponseError as _;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    fn red(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_pixel(width, height, Rgb([200, 30, 30])).into()
    }

    fn status(bytes: &[u8]) -> u16 {
        redraw(bytes).unwrap_err().status_code().as_u16()
    }

    #[test]
    fn every_format_becomes_a_small_square() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let picture = redraw(&file(&red(640, 200), format)).unwrap();
            let drawn = image::load_from_memory(&picture.content).unwrap();
            assert_eq!((drawn.width(), drawn.height(), picture.content_type), (256, 256, "image/jpeg"), "{format:?}");
        }
    }

    #[test]
    fn what_can_be_seen_through_stays_so() {
        let half = DynamicImage::from(RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 90])));
        let picture = redraw(&file(&half, ImageFormat::Png)).unwrap();
        assert_eq!(picture.content_type, "image/png");
        assert_eq!(image::load_from_memory(&picture.content).unwrap().to_rgba8().get_pixel(9, 9).0[3], 90);
    }

    /// A PNG whose head says a side it has not: only the head is needed to refuse it.
    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = file(&red(1, 1), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        bytes
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum: u32, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(status(b""), 422);
        for (bytes, what) in [
            (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "SVG"),
            (b"<!doctype html><script>alert(1)</script>", "HTML"),
            (b"GIF89a\x01\x00\x01\x00", "GIF"),
            (b"\0\0\0\0", "zeros"),
        ] {
            assert_eq!(status(bytes), 415, "{what}");
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let whole = file(&red(300, 300), format);
            for length in [whole.len() / 2, 40.min(whole.len() - 3)] {
                assert_eq!(status(&whole[..length]), 422, "{length} bytes of {format:?}");
            }
        }
    }

    #[test]
    fn a_bomb_is_refused_by_its_head() {
        for (width, height) in [(4097, 1), (1, 4097), (60_000, 60_000), (u32::MAX >> 1, u32::MAX >> 1)] {
            let error = redraw(&png_of(width, height)).unwrap_err();
            assert_eq!(error.status_code().as_u16(), 422, "{width} by {height}");
            assert!(error.to_string().contains("4096"), "{error}");
        }
        assert!(redraw(&file(&red(4096, 16), ImageFormat::Png)).is_ok());
    }
}
