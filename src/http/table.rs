//! Every route there is: a row each. From a row come its entry in the table of who may use what
//! (`gate/access.rs`), the route itself (`routes.rs`) and its place in the description
//! (`description/openapi.rs`); none of them can have a route that the others lack.
//!
//! A row says for which method, who may and what it is (the columns of
//! [`Rule`](crate::http::gate::access::Rule): [`Access`](crate::http::gate::access::Access),
//! [`RouteKind`](crate::http::gate::access::RouteKind), [`Owner`](crate::http::gate::access::Owner), and what it asks
//! besides), and what answers. The first path that fits is taken, so `desks/enrol` stands before `desks/{id}`.
//!
//! The parts: `sockets` and `streams` stay open for hours, so they are neither compressed, which would hold back what
//! is meant for now, nor timed. `pages` and `api` are both. `sockets` and `pages` are not in the description.

/// Gives all rows to the macro `$taker`, which makes of them what its file needs.
macro_rules! every_route {
    ($taker:ident) => {
        $taker! {
            sockets {
                // The public desk shows nothing; a registered desk shows its key, and so does a guest of a room.
                "/ws/desk" { get (Anyone, Stay, Bearer) => sockets::desk; }
                "/ws/counsellor" { get (Staff, Stay, Own, writes) => sockets::counsellor; }
                "/ws/room" { get (Anyone, Stay, Bearer, writes) => sockets::room; }
            }
            streams {
                "/api/v1/rooms/stream" { get (Managers, Stay, Lines) => streams::rooms; }
                "/api/v1/tickets/{id}/stream" { get (Anyone, Stay, Bearer) => streams::ticket; }
                "/api/v1/office/stream" { get (Anyone, Stay, Everybody) => streams::office; }
            }
            pages {
                "/api/openapi.json" { get (Anyone, Page, Everybody) => openapi::json; }
                "/api/docs" { get (Anyone, Page, Everybody) => docs::front; }
                "/api/docs/{file:.*}" { get (Anyone, Page, Everybody) => docs::file; }
                // What they show comes from the API, which asks who looks.
                "/" { get (Anyone, Page, Everybody) => pages::front; }
                "/desk" { get (Anyone, Page, Everybody) => pages::desk; }
                "/display" { get (Anyone, Page, Everybody) => pages::display; }
                "/counsellor" { get (Anyone, Page, Everybody) => pages::counsellor; }
                "/admin" { get (Anyone, Page, Everybody) => pages::admin; }
                "/setup" { get (Anyone, Page, Everybody) => pages::setup; }
                "/signup" { get (Anyone, Page, Everybody) => pages::signup; }
                "/verify" { get (Anyone, Page, Everybody) => pages::verify; }
                "/reset" { get (Anyone, Page, Everybody) => pages::reset; }
                "/account" { get (Anyone, Page, Everybody) => pages::account; }
                "/room" { get (Anyone, Page, Everybody) => pages::room; }
                "/assets/{file}" { get (Anyone, Page, Everybody) => pages::asset; }
            }
            api {
                "/healthz" { get (Anyone, Probe, Everybody) => health::alive; }
                "/readyz" { get (Anyone, Probe, Everybody) => health::ready; }
                "/metrics" { get (Anyone, Probe, Everybody) => health::metrics; }
                "/api/v1/nodes" { get (Admins, Read, Everybody) => nodes::list; }
                // Being logged in.
                "/api/v1/session" {
                    get (Staff, Read, Own) => session::who;
                    post (Anyone, Guess, Bearer) => session::log_in;
                    delete (Staff, Change, Own) => session::log_out;
                }
                "/api/v1/session/proof" { post (Staff, Change, Own) => proof::renew; }
                "/api/v1/session/password" { put (Staff, Change, Own, fresh) => password::replace; }
                "/api/v1/session/second-factor" {
                    post (Staff, Change, Own, fresh) => second_factor::begin;
                    put (Staff, Change, Own, fresh) => second_factor::confirm;
                    delete (Staff, Change, Own, fresh) => second_factor::remove;
                }
                "/api/v1/sessions" {
                    get (Staff, Read, Own) => log_ins::list;
                    delete (Staff, Change, Own, fresh) => log_ins::end_others;
                }
                "/api/v1/sessions/{id}" { delete (Staff, Change, Own, fresh) => log_ins::end; }
                "/api/v1/tokens" {
                    get (Staff, Read, Own) => tokens::list;
                    post (Staff, Change, Own, fresh) => tokens::make;
                }
                "/api/v1/tokens/{id}" { delete (Staff, Change, Own, fresh) => tokens::revoke; }
                "/api/v1/password/reset" { post (Anyone, Guess, Bearer) => password::ask_for_link; }
                "/api/v1/password" { put (Anyone, Guess, Bearer) => password::reset; }
                "/api/v1/setup" { post (Anyone, Guess, Bearer) => setup::set_up; }
                // Accounts.
                "/api/v1/accounts" {
                    get (Managers, Read, Lines) => accounts::view::list;
                    post (Anyone, Guess, Everybody) => accounts::sign_up::sign_up;
                }
                "/api/v1/accounts/verify" { post (Anyone, Guess, Bearer) => accounts::sign_up::verify; }
                "/api/v1/accounts/staff" { post (Admins, Change, Everybody, fresh) => accounts::made::make; }
                "/api/v1/accounts/{id}" {
                    get (Staff, Read, Lines) => accounts::view::read;
                    patch (Managers, Change, Lines, fresh_for(&["email", "role", "all_lines"]))
                        => accounts::change::patch;
                    delete (Admins, Change, Lines, fresh) => accounts::standing::delete;
                }
                "/api/v1/accounts/{id}/approve" {
                    post (Admins, Change, Lines, fresh) => accounts::standing::approve;
                }
                "/api/v1/accounts/{id}/suspend" {
                    post (Admins, Change, Lines, fresh) => accounts::standing::suspend;
                }
                "/api/v1/accounts/{id}/resume" { post (Admins, Change, Lines, fresh) => accounts::standing::resume; }
                "/api/v1/accounts/{id}/restore" {
                    post (Admins, Change, Lines, fresh) => accounts::standing::restore;
                }
                "/api/v1/accounts/{id}/validity" {
                    put (Managers, Change, Lines, fresh) => accounts::standing::set_validity;
                }
                "/api/v1/accounts/{id}/second-factor" {
                    delete (Admins, Change, Lines, fresh) => accounts::standing::reset_second_factor;
                }
                "/api/v1/accounts/{id}/password-link" {
                    post (Admins, Change, Lines, fresh) => accounts::handed::make_link;
                }
                // Registered desks.
                "/api/v1/desks" {
                    get (Managers, Read, Lines) => desks::list;
                    post (Managers, Change, Lines) => desks::register;
                }
                "/api/v1/desks/enrol" { post (Anyone, Guess, Bearer) => desks::keys::enrol; }
                "/api/v1/desks/{id}" {
                    get (Managers, Read, Lines) => desks::read;
                    patch (Managers, Change, Lines) => desks::edit;
                    delete (Managers, Change, Lines) => desks::delete;
                }
                "/api/v1/desks/{id}/restore" { post (Managers, Change, Lines) => desks::restore; }
                "/api/v1/desks/{id}/key" {
                    post (Managers, Change, Lines) => desks::keys::new_key;
                    delete (Managers, Change, Lines) => desks::keys::revoke_key;
                }
                "/api/v1/desks/{id}/enrolment" { post (Managers, Change, Lines) => desks::keys::enrolment; }
                // Lines and codes. What is out of use is for managers to see.
                "/api/v1/lines" {
                    get (Anyone, Read, Everybody) => lines::list;
                    post (Admins, Change, Everybody) => lines::create;
                }
                "/api/v1/lines/stats" { get (Staff, Read, Everybody) => lines::stats; }
                "/api/v1/lines/{id}" {
                    patch (Admins, Change, Everybody) => lines::edit;
                    delete (Admins, Change, Everybody) => lines::delete;
                }
                "/api/v1/codes" {
                    get (Anyone, Read, Everybody) => codes::list;
                    post (Admins, Change, Everybody) => codes::create;
                }
                "/api/v1/codes/{seq}" {
                    patch (Admins, Change, Everybody) => codes::edit;
                    delete (Admins, Change, Everybody) => codes::delete;
                }
                // The office and its notices. What is not shown now is for managers to see.
                "/api/v1/office" {
                    get (Anyone, Read, Everybody) => office::read;
                    put (Admins, Change, Everybody) => office::rename;
                }
                "/api/v1/posts" {
                    get (Anyone, Read, Everybody) => posts::list;
                    post (Managers, Change, Everybody) => posts::create;
                }
                "/api/v1/posts/{id}" {
                    patch (Managers, Change, Everybody) => posts::edit;
                    delete (Managers, Change, Everybody) => posts::delete;
                }
                // Texts at hand. Those that all share are for managers to edit.
                "/api/v1/canned-replies" {
                    get (Staff, Read, Own) => replies::list;
                    post (Staff, Change, Own) => replies::create;
                }
                "/api/v1/canned-replies/{id}" {
                    patch (Staff, Change, Own) => replies::edit;
                    delete (Staff, Change, Own) => replies::delete;
                }
                // Rooms. A guest shows the key of a group room's link; to change and end one is for who opened it
                // and for managers.
                "/api/v1/rooms" {
                    get (Staff, Read, Lines) => rooms::list;
                    post (Staff, Change, Everybody) => groups::open;
                }
                "/api/v1/rooms/{id}" {
                    get (Staff, Read, Lines) => rooms::read;
                    patch (Staff, Change, Lines) => groups::edit;
                    delete (Staff, Change, Lines) => rooms::remove;
                }
                "/api/v1/rooms/{id}/invitation" { get (Anyone, Guess, Bearer) => groups::invitation; }
                "/api/v1/rooms/{id}/members" { get (Staff, Read, Lines) => rooms::members; }
                "/api/v1/rooms/{id}/messages" { get (Staff, Read, Lines) => rooms::messages; }
                "/api/v1/rooms/{id}/timeline" { get (Staff, Read, Lines) => groups::timeline; }
                "/api/v1/rooms/{id}/end" { post (Managers, Change, Lines) => rooms::end; }
                "/api/v1/rooms/{id}/move" { post (Managers, Change, Lines) => transfers::move_room; }
                "/api/v1/tickets/{id}/line" { post (Managers, Change, Lines) => transfers::move_ticket; }
                "/api/v1/colleagues" { get (Staff, Read, Everybody) => transfers::colleagues; }
                // Pictures. A guest shows the key; who knows a picture's id may see it.
                "/api/v1/media" { post (Anyone, Upload, Bearer) => media::send; }
                "/api/v1/media/{id}" { get (Anyone, Read, Bearer) => media::read; }
                // The history.
                "/api/v1/consultations" { get (Staff, Read, Lines) => consultations::list; }
                "/api/v1/consultations/export" { post (Staff, Change, Lines) => jobs::export; }
                "/api/v1/consultations/{id}" {
                    get (Staff, Read, Lines) => consultations::read;
                    patch (Staff, Change, Lines) => consultations::edit;
                }
                "/api/v1/jobs" { get (Staff, Read, Own) => jobs::list; }
                "/api/v1/jobs/{id}" {
                    get (Staff, Read, Own) => jobs::read_one;
                    delete (Staff, Change, Own) => jobs::cancel;
                }
                "/api/v1/jobs/{id}/file" { get (Staff, Read, Own) => jobs::file; }
                "/api/v1/stats" { get (Staff, Read, Lines) => stats::read; }
                "/api/v1/stats/mine" { get (Staff, Read, Own) => own_day::read; }
                // Trying things out.
                "/api/v1/test-data" {
                    get (Managers, Read, Everybody) => test_data::read;
                    post (Admins, Change, Everybody) => test_data::make;
                    delete (Admins, Change, Everybody) => test_data::remove;
                }
                "/api/v1/rehearsals" { post (Managers, Change, Everybody) => rehearsals::begin; }
                "/api/v1/rehearsals/{id}" { get (Managers, Read, Everybody) => rehearsals::read; }
                // The audit.
                "/api/v1/audits" { get (Managers, Read, Lines) => audits::list; }
            }
        }
    };
}

/// A method as it stands in a request.
macro_rules! method_name {
    (get) => {
        "GET"
    };
    (post) => {
        "POST"
    };
    (put) => {
        "PUT"
    };
    (patch) => {
        "PATCH"
    };
    (delete) => {
        "DELETE"
    };
}

pub(super) use {every_route, method_name};
