//! The tables, as `storage/schema.rs` has them: the same text the start compares a database with.

use crate::storage::SCHEMA;

pub(super) struct Schema {
    pub(super) tables: Vec<Table>,
    pub(super) foreign_keys: Vec<ForeignKey>,
}

/// A table; names in capitals, as in the DDL.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) nullable: bool,
    pub(super) is_key: bool,
}

/// Many of one table point at one of another.
pub(super) struct ForeignKey {
    pub(super) many: String,
    pub(super) one: String,
    pub(super) by: String,
}

impl Schema {
    pub(super) fn committed() -> Self {
        let (mut tables, mut foreign_keys) = (Vec::<Table>::new(), Vec::new());
        let mut keys: Vec<String> = Vec::new();
        for line in SCHEMA.lines().map(str::trim) {
            if let Some((name, rest)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
                keys = rest.split(", ").map(str::to_uppercase).collect();
                tables.push(Table { name: name.to_uppercase(), columns: Vec::new() });
            } else if let Some(foreign_key) = line.strip_prefix("diesel::joinable!(").and_then(read_foreign_key) {
                foreign_keys.push(foreign_key);
            } else if let (Some((name, kind)), Some(table)) = (line.split_once(" -> "), tables.last_mut()) {
                let kind = kind.trim_end_matches(',');
                let bare = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
                let name = name.to_uppercase();
                table.columns.push(Column {
                    is_key: keys.contains(&name),
                    name,
                    kind: bare.unwrap_or(kind).to_owned(),
                    nullable: bare.is_some(),
                });
            }
        }
        Self { tables, foreign_keys }
    }

    /// Whether there is such a table.
    pub(super) fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|known| known.name == table)
    }
}

/// `room -> consultation (consultation_id));`
fn read_foreign_key(text: &str) -> Option<ForeignKey> {
    let (many, rest) = text.split_once(" -> ")?;
    let (one, by) = rest.split_once(" (")?;
    let by = by.split(')').next()?;
    Some(ForeignKey { many: many.to_uppercase(), one: one.to_uppercase(), by: by.to_uppercase() })
}
