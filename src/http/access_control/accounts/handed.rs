//! Links that an admin hands over: with one a person chooses a password, whether there is a mail
//! server or not. Only the hash is on file, so it is shown once.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::edit::{AccountVersionRequest, Also, Plan, edit};
use super::view::AccountView;
use crate::app::App;
use crate::http::gate::secret;
use crate::http::gate::staff::Acting;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, PathId};
use crate::http::kit::qr;
use crate::ids::AccountId;
use crate::storage::people::account_edits::Changes;

/// An account, and what is handed to the person it is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountWithLink {
    #[serde(flatten)]
    account: AccountView,
    /// Where the person chooses a password: for one use and 72 hours. It is not shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    link: Option<String>,
    /// The same as a QR code: an SVG.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    qr: Option<String>,
}

/// Makes a link with which a person chooses a new password, for an admin to hand over. Links of
/// before count no more; the present password and what is logged in stay until it is used.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/password-link", tag = "accounts", request_body = AccountVersionRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 201, description = "Made", body = AccountWithLink),
        (status = 409, description = "EDITED or DELETED")))]
pub async fn make_link(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<AccountVersionRequest>,
) -> Result<HttpResponse, AppError> {
    let token = secret::draw();
    let plan_token = token.clone();
    let view = edit(&app, &acting, id, given.version, move |_, viewer, before, _| {
        viewer.must_be_admin("the password")?;
        if before.deleted {
            return Err(AppError::conflict("DELETED", "the account is deleted; restore it first"));
        }
        let plan = Plan::new("PASSWORD_LINK_MADE", json!({}), Changes::default());
        Ok(Plan { also: Also::ChoosePassword(plan_token.clone()), ..plan })
    });
    Ok(HttpResponse::Created().json(AccountWithLink::of(&app, view.await?, Some(&token))?))
}

impl AccountWithLink {
    /// With the link of this token, if there is one.
    pub(super) fn of(app: &App, account: AccountView, token: Option<&str>) -> Result<Self, AppError> {
        let link = token.map(|token| format!("{}/reset#{token}", app.settings.url));
        let qr = link.as_deref().map(qr::svg).transpose()?;
        Ok(Self { account, link, qr })
    }
}
