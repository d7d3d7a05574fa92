//! Every function of the API as a row of a spreadsheet.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::api::{Api, Route};

/// Headings, and how wide their columns are, in characters.
const COLUMNS: [(&str, f64); 9] = [
    ("No.", 6.0),
    ("area", 16.0),
    ("function", 48.0),
    ("method", 9.0),
    ("path", 44.0),
    ("who", 11.0),
    ("parameters", 60.0),
    ("answer", 60.0),
    ("statuses", 30.0),
];

pub(super) fn list(api: &Api) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The moment it is made would make every file another.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?));
    let (bold, cell) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    let page = book.add_worksheet().set_name("functions")?;
    page.set_freeze_panes(1, 0)?;
    for (column, (heading, width)) in (0_u16..).zip(COLUMNS) {
        page.write_string_with_format(0, column, heading, &bold)?;
        page.set_column_width(column, width)?;
    }
    let routes = api.areas.iter().flat_map(|area| area.routes.iter().map(move |route| (area, route)));
    for (row, (area, route)) in (1_u32..).zip(routes) {
        page.write_number_with_format(row, 0, row, &cell)?;
        let cells = [
            area.name.clone(),
            route.summary.clone(),
            route.rule.method.to_owned(),
            route.rule.path.to_owned(),
            route.who().to_owned(),
            parameters(route),
            route.answer.join(", "),
            route.statuses.join(", "),
        ];
        for (column, text) in (1_u16..).zip(cells) {
            page.write_string_with_format(row, column, text, &cell)?;
        }
    }
    book.save_to_buffer()
}

fn parameters(route: &Route) -> String {
    let lines = route.parameters.iter().map(|given| {
        let mark = if given.required { "" } else { "?" };
        format!("{} {}{mark}: {}", given.place, given.name, given.kind)
    });
    lines.collect::<Vec<_>>().join("\n")
}
