//! The run as a picture: how late things were, by the second.

use plotters::prelude::*;

use super::figures::Measure;
use super::report::Report;

const SIZE: (u32, u32) = (900, 420);
/// What is drawn, and how. Colour-blind people can tell the colours apart.
const LINES: [(Measure, RGBColor); 3] = [
    (Measure::Match, RGBColor(0, 114, 178)),
    (Measure::Relay, RGBColor(213, 94, 0)),
    (Measure::Accepted, RGBColor(0, 158, 115)),
];

/// An SVG with the p99 of each second, on a logarithmic scale in milliseconds.
pub fn draw(report: &Report) -> Result<String, String> {
    let mut svg = String::new();
    drawn(report, &mut svg).map_err(|error| format!("the plot could not be drawn: {error}"))?;
    Ok(svg)
}

fn drawn(report: &Report, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let seconds = report.seconds.last().map_or(1.0, |second| second.at_s).max(1.0);
    let millis = |micros: u64| (micros as f64 / 1_000.0).max(0.01);
    let worst = report.seconds.iter().flat_map(|second| LINES.map(|(measure, _)| millis(second.of(measure).p99_us)));
    let worst = worst.fold(10.0, f64::max);
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("99 of 100 were faster", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..seconds, (0.1..worst * 1.5).log_scale())?;
    chart.configure_mesh().x_desc("seconds").y_desc("milliseconds").light_line_style(WHITE).draw()?;
    for (measure, colour) in LINES {
        let points = report.seconds.iter().filter(|second| second.of(measure).count > 0);
        let points = points.map(|second| (second.at_s, millis(second.of(measure).p99_us)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(measure.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().border_style(BLACK).background_style(WHITE).draw()?;
    root.present()?;
    Ok(())
}
