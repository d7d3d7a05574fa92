//! What the types alone do not say in the description: codes that are kept as text, what an answer always has, and
//! what the rows of a page are called. The pages' types are generated from it, so it must be exact.

use std::borrow::Cow;

use utoipa::openapi::schema::{ArrayItems, Object, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{ArrayBuilder, OpenApi as Description, Ref, RefOr};
use utoipa::{Modify, PartialSchema, ToSchema};

use crate::ids::AccountId;
use crate::matching::{Explanation, SPANS_MAX};
use crate::storage::people::accounts::AccountRole;
use crate::storage::people::api_tokens::TokenScope;
use crate::storage::talk::tickets::Status;

/// What begins the name of a page of a list; the name of its rows follows.
pub(crate) const PAGE: &str = "Page_";

/// Fields of answers that are left out where there is nothing to say, and never null. In every other answer a field
/// that may be nothing is there, and null.
pub(crate) const LEFT_OUT: &[(&str, &[&str])] = &[
    ("FieldFault", &["min", "max"]),
    ("TimelineEntry", &["by", "by_name"]),
    ("LiveRoom", &["consultation", "number", "line", "language", "counsellor", "title", "creator"]),
    ("Member", &["picture"]),
    ("OfficeLine", &["name_en"]),
    ("RoomView", &["language", "creator", "members", "link", "qr"]),
    ("StatView", &["line", "line_id", "counsellor_name", "at"]),
    ("StepShown", &["ms", "detail"]),
    ("AccountWithLink", &["link", "qr"]),
];

/// Fields that may be left out, and may be null where they are not: each means something else.
pub(crate) const LEFT_OUT_OR_NULL: &[(&str, &[&str])] = &[
    ("LineSettings", &["hours"]),
    ("LiveRoom", &["info", "picture"]),
    ("RoomView", &["info", "picture"]),
    ("StatView", &["counsellor"]),
];

/// Makes the named schemas exact.
pub(crate) struct Exact;

impl Modify for Exact {
    fn modify(&self, api: &mut Description) {
        for (name, schema) in &mut api.components.get_or_insert_default().schemas {
            match name.strip_prefix(PAGE) {
                Some(row) => name_rows(schema, row),
                None => complete(name, schema),
            }
        }
        for (name, schema) in &mut api.components.get_or_insert_default().schemas {
            if name.starts_with(PAGE) {
                complete(name, schema);
            }
        }
    }
}

/// The crate writes the rows of a page out; they have a name.
fn name_rows(page: &mut RefOr<Schema>, row: &str) {
    if let RefOr::T(Schema::Object(page)) = page
        && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
    {
        items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(row).into()));
    }
}

/// Says which fields of an answer are always there. What is asked for refuses unknown fields, and may leave out
/// whatever may be nothing.
fn complete(name: &str, schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(|part| complete(name, part)),
        RefOr::T(Schema::Object(object)) if object.additional_properties.is_none() => complete_object(name, object),
        _ => {}
    }
}

fn complete_object(name: &str, object: &mut Object) {
    let Object { properties, required, .. } = object;
    for (field, schema) in properties.iter_mut() {
        let is_in =
            |list: &[(&str, &[&str])]| list.iter().any(|(of, fields)| *of == name && fields.contains(&field.as_str()));
        if !may_be_null(schema) || is_in(LEFT_OUT_OR_NULL) {
            continue;
        }
        if is_in(LEFT_OUT) {
            never_null(schema);
        } else if !required.contains(field) {
            required.push(field.clone());
        }
    }
}

fn may_be_null(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => is_nullable(&object.schema_type),
        RefOr::T(Schema::Array(array)) => is_nullable(&array.schema_type),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().any(is_null),
        _ => false,
    }
}

fn never_null(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => not_nullable(&mut object.schema_type),
        RefOr::T(Schema::Array(array)) => not_nullable(&mut array.schema_type),
        RefOr::T(Schema::OneOf(one)) => {
            one.items.retain(|item| !is_null(item));
            if let [only] = one.items.as_slice() {
                *schema = only.clone();
            }
        }
        _ => {}
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}

/// Also of what has no type, and so may be anything.
fn is_nullable(schema_type: &SchemaType) -> bool {
    match schema_type {
        SchemaType::Array(types) => types.contains(&Type::Null),
        SchemaType::AnyValue => true,
        SchemaType::Type(_) => false,
    }
}

fn not_nullable(schema_type: &mut SchemaType) {
    if let SchemaType::Array(types) = schema_type {
        types.retain(|each| *each != Type::Null);
        if let [only] = types.as_slice() {
            *schema_type = SchemaType::Type(only.clone());
        }
    }
}

/// One of these words.
fn choice(about: &str, codes: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).description(Some(about)).build().into()
}

impl PartialSchema for AccountRole {
    fn schema() -> RefOr<Schema> {
        choice("What an account may do.", [Self::Counsellor, Self::Manager, Self::Admin].map(Self::code))
    }
}

impl ToSchema for AccountRole {}

impl PartialSchema for Status {
    fn schema() -> RefOr<Schema> {
        choice("Where a consultation stands.", Self::ALL.map(Self::code))
    }
}

impl ToSchema for Status {
    fn name() -> Cow<'static, str> {
        "ConsultationStatus".into()
    }
}

impl PartialSchema for TokenScope {
    fn schema() -> RefOr<Schema> {
        choice("What a token may do, of what its account may.", Self::ALL.map(Self::code))
    }
}

impl ToSchema for TokenScope {}

/// How opening hours are written: by weekday, the spans of the day, each from and to.
pub struct OpeningHours;

impl PartialSchema for OpeningHours {
    fn schema() -> RefOr<Schema> {
        let time = ObjectBuilder::new().schema_type(Type::String);
        let span = ArrayBuilder::new().items(time).min_items(Some(2)).max_items(Some(2));
        let spans = Schema::from(ArrayBuilder::new().items(span).max_items(Some(SPANS_MAX)).build());
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(spans))
            .description(Some(
                "When a line is open: by weekday, `mon` to `sun`, the spans of the day, each from and to.",
            ))
            .build()
            .into()
    }
}

impl ToSchema for OpeningHours {}

impl PartialSchema for Explanation {
    fn schema() -> RefOr<Schema> {
        let whole = |about: &str| {
            ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).description(Some(about)).build()
        };
        let rule = "`R3`: a ticket looked for a counsellor. `R4`: a counsellor looked for a ticket.";
        let passed_over = ArrayBuilder::new().items(Ref::from_schema_name(AccountId::name())).description(Some(
            "Counsellors who would have come first but had declined this ticket; the first of them.",
        ));
        ObjectBuilder::new()
            .description(Some("Why this pair was matched."))
            .property("rule", choice(rule, ["R3", "R4"]))
            .property("tier", whole("The counsellor's tier in the line."))
            .property("waited_s", whole("Seconds the ticket had waited."))
            .property("idle_s", whole("Seconds since the counsellor last took or ended a room, or opened."))
            .property("ahead", whole("Tickets of the line that stood before this one and were passed over."))
            .property("passed_over", passed_over)
            .required("rule")
            .required("tier")
            .required("waited_s")
            .required("idle_s")
            .required("ahead")
            .required("passed_over")
            .build()
            .into()
    }
}

impl ToSchema for Explanation {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_explanation_is_described_as_it_is_kept() {
        let why = Explanation { rule: "R3", tier: 0, waited_s: 1, idle_s: 2, ahead: 0, passed_over: Vec::new() };
        let schema = json!(Explanation::schema());
        let keys = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&schema["properties"]), keys(&json!(why)));
        assert_eq!(schema["required"].as_array().unwrap().len(), keys(&json!(why)).len());
    }
}
