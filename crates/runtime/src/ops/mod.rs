//! The calls from `runtime-js` into the host: they unpack, call, pack, and decide nothing.

mod body;
mod clock;
mod compression;
pub(crate) mod crypto;
pub(crate) mod fetch;
mod node;
mod report;
mod request;
mod respond;
mod rewriter;
pub(crate) mod sockets;
mod tcp;

pub(crate) use fetch::answered;
pub(crate) use request::add_source;
pub(crate) use respond::static_bytes;

use std::rc::Rc;

use deno_core::{OpState, v8};

use crate::host::Host;

deno_core::extension!(
    edgeemu_ops,
    ops = [
        body::op_body_cancel,
        body::op_body_length,
        body::op_body_read,
        body::op_sink_abort,
        body::op_sink_close,
        body::op_sink_write,
        clock::op_clock_now,
        clock::op_math_random,
        clock::op_random_fill,
        clock::op_timer_cancel,
        clock::op_timer_start,
        compression::op_codec_finish,
        compression::op_codec_new,
        compression::op_codec_write,
        crate::bindings::cache::op_cache_check,
        crate::bindings::cache::op_cache_delete,
        crate::bindings::cache::op_cache_invalid_key,
        crate::bindings::cache::op_cache_match,
        crate::bindings::cache::op_cache_open,
        crate::bindings::cache::op_cache_put,
        crate::bindings::d1::op_d1_run,
        crate::bindings::durable::op_durable_check,
        crate::bindings::durable::op_durable_connect,
        crate::bindings::durable::op_durable_disconnect,
        crate::bindings::durable::op_durable_id_from_name,
        crate::bindings::durable::op_durable_id_from_string,
        crate::bindings::durable::op_durable_unique_id,
        crate::bindings::durable::sockets::op_kept_accept,
        crate::bindings::durable::sockets::op_kept_answered,
        crate::bindings::durable::sockets::op_kept_auto,
        crate::bindings::durable::sockets::op_kept_list,
        crate::bindings::durable::sockets::op_kept_refuse,
        crate::bindings::durable::sockets::op_kept_set_attachment,
        crate::bindings::durable::sockets::op_kept_set_auto,
        crate::bindings::durable::sockets::op_kept_set_timeout,
        crate::bindings::durable::sockets::op_kept_timeout,
        crate::bindings::durable::sockets::op_kept_wake,
        crate::bindings::durable::op_object_about,
        crate::bindings::durable::op_object_abort,
        crate::bindings::durable::op_object_break,
        crate::bindings::durable::op_object_incapable,
        crate::bindings::durable::op_section_begun,
        crate::bindings::durable::op_section_enter,
        crate::bindings::durable::op_section_leave,
        crate::bindings::durable::op_section_timer,
        crate::bindings::durable::sql::op_sql_close,
        crate::bindings::durable::sql::op_sql_counts,
        crate::bindings::durable::sql::op_sql_exec,
        crate::bindings::durable::sql::op_sql_next,
        crate::bindings::durable::sql::op_sql_rest,
        crate::bindings::durable::sql::op_sql_size,
        crate::bindings::durable::storage::op_storage_alarm,
        crate::bindings::durable::storage::op_storage_begin,
        crate::bindings::durable::storage::op_storage_bookmark,
        crate::bindings::durable::storage::op_storage_check_kv,
        crate::bindings::durable::storage::op_storage_delete,
        crate::bindings::durable::storage::op_storage_delete_alarm,
        crate::bindings::durable::storage::op_storage_delete_all,
        crate::bindings::durable::storage::op_storage_delete_many,
        crate::bindings::durable::storage::op_storage_end,
        crate::bindings::durable::storage::op_storage_get,
        crate::bindings::durable::storage::op_storage_get_many,
        crate::bindings::durable::storage::op_storage_list,
        crate::bindings::durable::storage::op_storage_list_next,
        crate::bindings::durable::storage::op_storage_put,
        crate::bindings::durable::storage::op_storage_put_many,
        crate::bindings::durable::storage::op_storage_refuse,
        crate::bindings::durable::storage::op_storage_set_alarm,
        crate::bindings::durable::storage::op_storage_sync,
        crate::bindings::kv::op_kv_delete,
        crate::bindings::kv::op_kv_get,
        crate::bindings::kv::op_kv_get_many,
        crate::bindings::kv::op_kv_list,
        crate::bindings::kv::op_kv_put,
        crate::bindings::kv::op_kv_undecodable,
        crate::bindings::r2::op_r2_abort_upload,
        crate::bindings::r2::op_r2_complete_upload,
        crate::bindings::r2::op_r2_create_upload,
        crate::bindings::r2::op_r2_delete,
        crate::bindings::r2::op_r2_get,
        crate::bindings::r2::op_r2_head,
        crate::bindings::r2::op_r2_list,
        crate::bindings::r2::op_r2_put,
        crate::bindings::r2::op_r2_upload_part,
        crate::bindings::services::op_service_fetch,
        crate::bindings::services::op_service_loopback,
        crate::rpc::ops::op_rpc_call,
        crate::rpc::ops::op_rpc_drop,
        crate::rpc::ops::op_rpc_dup,
        crate::rpc::ops::op_rpc_export,
        crate::rpc::ops::op_rpc_loopback,
        crate::rpc::ops::op_rpc_return,
        crate::rpc::ops::op_rpc_throw,
        crate::bindings::op_binding_unsupported,
        fetch::op_fetch,
        fetch::op_fetch_abort,
        fetch::op_fetch_body_channel,
        fetch::op_fetch_new,
        report::op_console,
        report::op_error_response,
        report::op_handler_missing,
        report::op_io_denied,
        report::op_not_a_response,
        report::op_report_exception,
        report::op_request_failed,
        request::op_pass_through_on_exception,
        request::op_request_aborted,
        request::op_request_body,
        request::op_request_cf,
        request::op_request_headers,
        request::op_request_method,
        request::op_request_url,
        request::op_scheduled_no_retry,
        request::op_wait_until_end,
        request::op_wait_until_start,
        respond::op_event_done,
        respond::op_respond,
        respond::op_respond_native,
        respond::op_respond_stream,
        rewriter::op_selector_check,
        rewriter::op_rewriter_new,
        rewriter::op_rewriter_feed,
        rewriter::op_rewriter_end,
        rewriter::op_rewriter_go,
        rewriter::op_rewriter_content,
        rewriter::op_rewriter_content_end,
        rewriter::op_rewriter_drop,
        rewriter::op_rewriter_output,
        rewriter::op_rewriter_token,
        rewriter::op_token_insert,
        rewriter::op_token_insert_stream,
        rewriter::op_token_remove,
        rewriter::op_token_removed,
        rewriter::op_token_text,
        rewriter::op_token_set_text,
        rewriter::op_text_is_last,
        rewriter::op_doctype_id,
        rewriter::op_element_namespace,
        rewriter::op_element_get_attribute,
        rewriter::op_element_set_attribute,
        rewriter::op_element_remove_attribute,
        rewriter::op_element_attributes,
        rewriter::op_element_unwrap,
        rewriter::op_element_on_end_tag,
        sockets::op_fetch_socket,
        sockets::op_respond_socket,
        sockets::op_socket_accept,
        sockets::op_socket_close,
        sockets::op_socket_drop,
        sockets::op_socket_pair,
        sockets::op_socket_raise,
        sockets::op_socket_release,
        sockets::op_socket_send,
        tcp::op_tcp_connect,
        tcp::op_tcp_read,
        tcp::op_tcp_write,
        tcp::op_tcp_finish,
        tcp::op_tcp_secure,
        tcp::op_tcp_close,
    ],
);

/// Every op that is not part of the snapshot.
pub(crate) fn extension() -> deno_core::Extension {
    edgeemu_ops::init()
}

pub(crate) fn crypto_extension() -> deno_core::Extension {
    crypto::extension()
}

pub(crate) fn node_extension() -> deno_core::Extension {
    node::extension()
}

/// The host of the isolate that calls.
pub(crate) fn host(state: &OpState) -> Rc<Host> {
    Rc::clone(state.borrow::<Rc<Host>>())
}

/// The id of the I/O context that the calling JavaScript runs in; 0 in global scope. The frame is made by
/// `runtime-js/context.js`.
pub(crate) fn current_io(scope: &mut v8::PinScope) -> u32 {
    let frame = scope.get_continuation_preserved_embedder_data();
    let Ok(frame) = v8::Local::<v8::Object>::try_from(frame) else { return 0 };
    let key = crate::settle::string(scope, "io");
    frame.get(scope, key.into()).and_then(|io| io.uint32_value(scope)).unwrap_or(0)
}

/// Headers as one Latin-1 string "name\nvalue\nname\nvalue".
pub(crate) fn headers_to_wire(headers: &http::HeaderMap) -> String {
    let mut wire = String::new();
    for (name, value) in headers {
        if !wire.is_empty() {
            wire.push('\n');
        }
        wire.push_str(name.as_str());
        wire.push('\n');
        // Every byte becomes the character with the same number: Latin-1.
        wire.extend(value.as_bytes().iter().map(|byte| char::from(*byte)));
    }
    wire
}

/// The inverse; names and values that HTTP cannot carry were refused by `Headers` already, and are left out.
pub(crate) fn headers_from_wire(wire: &str) -> http::HeaderMap {
    let mut headers = http::HeaderMap::new();
    let mut fields = wire.split('\n');
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        let bytes: Vec<u8> = value.chars().map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?')).collect();
        let name = http::HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::from_bytes(&bytes)) {
            headers.append(name, value);
        }
    }
    headers
}
