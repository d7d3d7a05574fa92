//! The tables and how they hang together, as a Mermaid diagram.

use std::fmt::Write as _;

use super::schema::Schema;

/// Who registered and changed a row, and when: in every table, so left out of the picture.
const IN_EVERY_TABLE: [&str; 4] = ["REG_DTTM", "REG_ID", "MOD_DTTM", "MOD_ID"];

pub(super) fn draw(schema: &Schema) -> String {
    let mut page = String::from(
        "# Tables\n\nMade by `make generate` from `src/storage/schema.rs`. Every table also has `REG_DTTM`, `REG_ID`, \
         `MOD_DTTM` and `MOD_ID`; moments are UTC with microseconds.\n\n```mermaid\nerDiagram\n",
    );
    for foreign_key in &schema.foreign_keys {
        let _ = writeln!(page, "    {} ||--o{{ {} : {}", foreign_key.one, foreign_key.many, foreign_key.by);
    }
    for table in &schema.tables {
        let _ = writeln!(page, "    {} {{", table.name);
        for column in table.columns.iter().filter(|column| !IN_EVERY_TABLE.contains(&column.name.as_str())) {
            let points = schema
                .foreign_keys
                .iter()
                .any(|foreign_key| foreign_key.many == table.name && foreign_key.by == column.name);
            let mark = match (column.is_key, points) {
                (true, true) => " PK, FK",
                (true, false) => " PK",
                (false, true) => " FK",
                (false, false) => "",
            };
            let may_be_empty = if column.nullable { " \"may be empty\"" } else { "" };
            let _ = writeln!(page, "        {} {}{mark}{may_be_empty}", column.kind, column.name);
        }
        page.push_str("    }\n");
    }
    page.push_str("```\n");
    page
}
