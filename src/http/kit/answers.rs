//! How a handler comes to its answer: reads where they may block, work that is carried through.

use std::sync::atomic::Ordering;

use crate::app::App;
use crate::http::kit::error::AppError;
use crate::storage::AnyConnection;

/// Runs a read where it may block, and answers within five seconds, whatever the database does.
pub(crate) async fn ask<T: Send + 'static>(
    app: &App,
    query: impl FnOnce(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, AppError> {
    Ok(app.store.answer(query).await?)
}

/// Carries through what must not stop half-way: a client that hangs up ends its handler, and what
/// was committed by then would never be told to the rest of the server.
pub(crate) async fn to_the_end<T: 'static>(
    work: impl Future<Output = Result<T, AppError>> + 'static,
) -> Result<T, AppError> {
    actix_web::rt::spawn(work).await.map_err(AppError::internal)?
}

/// Refuses what should not start any more while the node is on its way out.
pub(crate) fn not_draining(app: &App) -> Result<(), AppError> {
    if app.draining.load(Ordering::Relaxed) { Err(AppError::draining()) } else { Ok(()) }
}
