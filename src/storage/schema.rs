// @generated from the migrations; `tests/storage` compares it with both engines.

diesel::table! {
    account (account_id) {
        account_id -> Text,
        login -> Text,
        email -> Nullable<Text>,
        email_verified_yn -> Text,
        password_hash -> Text,
        name -> Text,
        picture -> Nullable<Text>,
        role -> Text,
        approve_yn -> Text,
        del_yn -> Text,
        valid_from -> Nullable<Timestamp>,
        valid_until -> Nullable<Timestamp>,
        intent -> Text,
        intent_reason -> Nullable<Text>,
        capacity -> Integer,
        rooms_open -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        language -> Text,
        approve_dttm -> Nullable<Timestamp>,
        approve_id -> Nullable<Text>,
        suspend_yn -> Text,
        suspend_reason -> Nullable<Text>,
        valid_reason -> Nullable<Text>,
        del_dttm -> Nullable<Timestamp>,
        del_id -> Nullable<Text>,
        del_reason -> Nullable<Text>,
        totp_secret -> Nullable<Text>,
        totp_yn -> Text,
        totp_step -> Nullable<Integer>,
        version -> Integer,
        test_yn -> Text,
        all_lines_yn -> Text,
        login_key -> Nullable<Text>,
    }
}

diesel::table! {
    account_line (account_id, line_id) {
        account_id -> Text,
        line_id -> Text,
        tier -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    account_link (link_id) {
        link_id -> Text,
        account_id -> Text,
        kind -> Text,
        token_hash -> Text,
        expires_dttm -> Timestamp,
        used_dttm -> Nullable<Timestamp>,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    account_network (account_id, network) {
        account_id -> Text,
        network -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    account_session (session_id) {
        session_id -> Text,
        account_id -> Text,
        token_hash -> Text,
        expires_dttm -> Timestamp,
        last_used_dttm -> Timestamp,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        proven_dttm -> Nullable<Timestamp>,
        address -> Nullable<Text>,
        agent -> Nullable<Text>,
    }
}

diesel::table! {
    api_token (token_id) {
        token_id -> Text,
        account_id -> Text,
        name -> Text,
        token_hash -> Text,
        expires_dttm -> Nullable<Timestamp>,
        last_used_dttm -> Nullable<Timestamp>,
        del_yn -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        scopes -> Text,
    }
}

diesel::table! {
    ask_count (line_id, hour_dttm) {
        line_id -> Text,
        hour_dttm -> Timestamp,
        refused_kept -> Integer,
        refused_counted -> Integer,
        given_up_kept -> Integer,
        given_up_counted -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    audit (audit_seq) {
        audit_seq -> Integer,
        action -> Text,
        actor_name -> Text,
        actor_role -> Text,
        address -> Text,
        request_id -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        detail -> Text,
        prev_hash -> Text,
        hash -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    canned_reply (reply_id) {
        reply_id -> Text,
        account_id -> Nullable<Text>,
        shortcut -> Text,
        body -> Text,
        language -> Text,
        del_yn -> Text,
        version -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    common_code (code_seq) {
        code_seq -> Integer,
        code_group -> Text,
        code -> Text,
        value -> Text,
        value_en -> Text,
        code_order -> Integer,
        use_yn -> Text,
        del_yn -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        version -> Integer,
    }
}

diesel::table! {
    consultation (consultation_id) {
        consultation_id -> Text,
        line_id -> Text,
        topic -> Text,
        language -> Text,
        desk_id -> Nullable<Text>,
        session_id -> Text,
        client_id -> Text,
        request_key -> Nullable<Text>,
        nickname -> Nullable<Text>,
        note -> Nullable<Text>,
        priority -> Integer,
        ticket_day -> Integer,
        ticket_no -> Nullable<Integer>,
        ticket_number -> Nullable<Text>,
        requested_dttm -> Timestamp,
        matched_dttm -> Nullable<Timestamp>,
        ended_dttm -> Nullable<Timestamp>,
        wrapped_up_dttm -> Nullable<Timestamp>,
        counsellor_id -> Nullable<Text>,
        status -> Text,
        end_reason -> Nullable<Text>,
        result_code -> Nullable<Text>,
        memo -> Nullable<Text>,
        rating -> Nullable<Integer>,
        rating_comment -> Nullable<Text>,
        predicted_low_s -> Nullable<Integer>,
        predicted_high_s -> Nullable<Integer>,
        explanation -> Nullable<Text>,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        version -> Integer,
        keeper_id -> Nullable<Text>,
    }
}

diesel::table! {
    consultation_due (consultation_id) {
        consultation_id -> Text,
        requested_dttm -> Timestamp,
        marks -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    consultation_event (consultation_id, event_seq) {
        consultation_id -> Text,
        event_seq -> Integer,
        kind -> Text,
        detail -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    desk (desk_id) {
        desk_id -> Text,
        name -> Text,
        place -> Nullable<Text>,
        key_hash -> Text,
        line_id -> Nullable<Text>,
        use_yn -> Text,
        del_yn -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        key_dttm -> Nullable<Timestamp>,
        enrol_hash -> Nullable<Text>,
        enrol_until -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    installation (name) {
        name -> Text,
        value -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    job (job_id) {
        job_id -> Text,
        kind -> Text,
        state -> Text,
        account_id -> Nullable<Text>,
        params -> Text,
        progress -> Nullable<Text>,
        done_count -> Integer,
        total_count -> Nullable<Integer>,
        file_name -> Nullable<Text>,
        error -> Nullable<Text>,
        started_dttm -> Nullable<Timestamp>,
        ended_dttm -> Nullable<Timestamp>,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        keeper_id -> Nullable<Text>,
    }
}

diesel::table! {
    job_file (job_id, part_no) {
        job_id -> Text,
        part_no -> Integer,
        content -> Binary,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    lease (lease_name) {
        lease_name -> Text,
        node_id -> Nullable<Text>,
        term_id -> Nullable<Text>,
        beat -> Integer,
        epoch -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    line (line_id) {
        line_id -> Text,
        topic -> Text,
        language -> Text,
        name -> Text,
        name_en -> Text,
        prefix -> Text,
        hours -> Nullable<Text>,
        waiting_max -> Integer,
        wait_s_max -> Integer,
        accept_s -> Integer,
        widen_s -> Integer,
        misses_max -> Integer,
        grace_s -> Integer,
        wrap_up_s -> Integer,
        retry_s -> Integer,
        unstaffed_s -> Integer,
        line_order -> Integer,
        use_yn -> Text,
        del_yn -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        version -> Integer,
        test_yn -> Text,
    }
}

diesel::table! {
    mail (mail_id) {
        mail_id -> Text,
        kind -> Text,
        to_address -> Text,
        subject -> Text,
        body -> Text,
        state -> Text,
        attempts -> Integer,
        next_dttm -> Timestamp,
        sent_dttm -> Nullable<Timestamp>,
        error -> Nullable<Text>,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    media (media_id) {
        media_id -> Text,
        content_type -> Text,
        content -> Binary,
        used_yn -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    message (room_id, seq) {
        room_id -> Text,
        seq -> Integer,
        message_id -> Text,
        sender_id -> Text,
        client_id -> Text,
        kind -> Text,
        body -> Text,
        media_id -> Nullable<Text>,
        masked -> Nullable<Text>,
        sent_dttm -> Timestamp,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    moved_number (line_id, ticket_day, ticket_no) {
        line_id -> Text,
        ticket_day -> Integer,
        ticket_no -> Integer,
        consultation_id -> Text,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    node (node_no) {
        node_no -> Integer,
        node_id -> Text,
        name -> Text,
        version -> Text,
        wire_min -> Integer,
        wire_max -> Integer,
        engine -> Text,
        state -> Text,
        beat -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    post (post_id) {
        post_id -> Text,
        kind -> Text,
        language -> Text,
        title -> Text,
        body -> Text,
        post_order -> Integer,
        show_from -> Nullable<Timestamp>,
        show_until -> Nullable<Timestamp>,
        del_yn -> Text,
        version -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    recovery_code (account_id, code_hash) {
        account_id -> Text,
        code_hash -> Text,
        used_dttm -> Nullable<Timestamp>,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::table! {
    room (room_id) {
        room_id -> Text,
        kind -> Text,
        title -> Nullable<Text>,
        info -> Nullable<Text>,
        picture -> Nullable<Text>,
        consultation_id -> Nullable<Text>,
        status -> Text,
        end_reason -> Nullable<Text>,
        ended_by -> Nullable<Text>,
        last_seq -> Integer,
        opened_dttm -> Timestamp,
        closed_dttm -> Nullable<Timestamp>,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        end_note -> Nullable<Text>,
        language -> Nullable<Text>,
        creator_id -> Nullable<Text>,
        keeper_id -> Nullable<Text>,
    }
}

diesel::table! {
    room_member (member_id) {
        member_id -> Text,
        room_id -> Text,
        role -> Text,
        account_id -> Nullable<Text>,
        session_id -> Nullable<Text>,
        nickname -> Text,
        picture -> Nullable<Text>,
        seat_state -> Text,
        joined_dttm -> Timestamp,
        left_dttm -> Nullable<Timestamp>,
        last_seen_seq -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        watching_yn -> Text,
        shown_yn -> Text,
    }
}

diesel::table! {
    stat_hour (line_id, hour_dttm, counsellor_id) {
        line_id -> Text,
        hour_dttm -> Timestamp,
        counsellor_id -> Text,
        requested -> Integer,
        matched -> Integer,
        abandoned -> Integer,
        expired -> Integer,
        refused -> Integer,
        within_target -> Integer,
        short_abandoned -> Integer,
        wait_s -> Integer,
        talked -> Integer,
        talk_s -> Integer,
        wrapped_up -> Integer,
        wrap_up_s -> Integer,
        rated -> Integer,
        rating -> Integer,
        predicted -> Integer,
        predicted_off_s -> Integer,
        predicted_bias_s -> Integer,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
        waits -> Binary,
    }
}

diesel::table! {
    whisper (whisper_id) {
        whisper_id -> Text,
        room_id -> Text,
        member_id -> Text,
        client_id -> Text,
        body -> Text,
        whispered_dttm -> Timestamp,
        reg_dttm -> Timestamp,
        reg_id -> Text,
        mod_dttm -> Timestamp,
        mod_id -> Text,
    }
}

diesel::joinable!(account_line -> account (account_id));
diesel::joinable!(account_line -> line (line_id));
diesel::joinable!(account_network -> account (account_id));
diesel::joinable!(account_session -> account (account_id));
diesel::joinable!(api_token -> account (account_id));
diesel::joinable!(canned_reply -> account (account_id));
diesel::joinable!(consultation -> account (counsellor_id));
diesel::joinable!(consultation -> desk (desk_id));
diesel::joinable!(consultation -> line (line_id));
diesel::joinable!(consultation_due -> consultation (consultation_id));
diesel::joinable!(consultation_event -> consultation (consultation_id));
diesel::joinable!(desk -> line (line_id));
diesel::joinable!(message -> room (room_id));
diesel::joinable!(message -> room_member (sender_id));
diesel::joinable!(moved_number -> consultation (consultation_id));
diesel::joinable!(moved_number -> line (line_id));
diesel::joinable!(room -> account (creator_id));
diesel::joinable!(room -> consultation (consultation_id));
diesel::joinable!(room_member -> account (account_id));
diesel::joinable!(room_member -> room (room_id));
diesel::joinable!(whisper -> room (room_id));
diesel::joinable!(whisper -> room_member (member_id));

diesel::allow_tables_to_appear_in_same_query!(
    account,
    account_line,
    account_link,
    account_network,
    account_session,
    api_token,
    ask_count,
    audit,
    canned_reply,
    common_code,
    consultation,
    consultation_due,
    consultation_event,
    desk,
    installation,
    job,
    job_file,
    lease,
    line,
    mail,
    media,
    message,
    moved_number,
    node,
    post,
    recovery_code,
    room,
    room_member,
    stat_hour,
    whisper,
);
