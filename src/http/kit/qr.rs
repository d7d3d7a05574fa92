//! Links for a camera: QR codes as SVG, drawn here so that pages need no code of others.

use qrcode::QrCode;
use qrcode::render::svg;

use crate::http::kit::error::AppError;

/// Least width and height in pixels; it scales.
const SIZE_MIN: u32 = 240;

/// `text` as a QR code: an SVG document of its own.
pub fn svg(text: &str) -> Result<String, AppError> {
    let code = QrCode::new(text).map_err(|_| AppError::internal("too long for a QR code"))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(SIZE_MIN, SIZE_MIN).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_drawing_without_code_in_it() {
        let drawn = svg("https://example.org/desk#enrol=abc").unwrap();
        assert!(drawn.contains("<svg") && !drawn.contains("script"));
        assert!(svg(&"x".repeat(5_000)).is_err());
    }
}
