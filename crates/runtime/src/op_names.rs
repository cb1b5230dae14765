//! The names of the host's ops, in the order of their extensions.
//!
//! The snapshot is made by `build.rs`, where the ops do not exist yet: it holds functions with these names that lead
//! nowhere, and V8 connects the n-th of them with the n-th op of the program that loads the snapshot. An isolate that
//! starts so need not make a function for every op.

/// Calls a macro with the names of one extension's ops.
macro_rules! host_ops {
    ($with:ident) => {
        $with! {
            edgeemu_ops:
            op_body_cancel
            op_body_length
            op_body_read
            op_sink_abort
            op_sink_close
            op_sink_write
            op_clock_now
            op_math_random
            op_random_fill
            op_timer_cancel
            op_timer_start
            op_codec_finish
            op_codec_new
            op_codec_write
            op_cache_check
            op_cache_delete
            op_cache_invalid_key
            op_cache_match
            op_cache_open
            op_cache_put
            op_d1_run
            op_durable_check
            op_durable_connect
            op_durable_disconnect
            op_durable_id_from_name
            op_durable_id_from_string
            op_durable_unique_id
            op_object_about
            op_object_abort
            op_object_break
            op_object_incapable
            op_section_begun
            op_section_enter
            op_section_leave
            op_section_timer
            op_sql_close
            op_sql_counts
            op_sql_exec
            op_sql_next
            op_sql_rest
            op_sql_size
            op_storage_alarm
            op_storage_begin
            op_storage_bookmark
            op_storage_check_kv
            op_storage_delete
            op_storage_delete_alarm
            op_storage_delete_all
            op_storage_delete_many
            op_storage_end
            op_storage_get
            op_storage_get_many
            op_storage_list
            op_storage_list_next
            op_storage_put
            op_storage_put_many
            op_storage_refuse
            op_storage_set_alarm
            op_storage_sync
            op_kv_delete
            op_kv_get
            op_kv_get_many
            op_kv_list
            op_kv_put
            op_kv_undecodable
            op_r2_abort_upload
            op_r2_complete_upload
            op_r2_create_upload
            op_r2_delete
            op_r2_get
            op_r2_head
            op_r2_list
            op_r2_put
            op_r2_upload_part
            op_service_fetch
            op_service_loopback
            op_rpc_call
            op_rpc_drop
            op_rpc_dup
            op_rpc_export
            op_rpc_loopback
            op_rpc_return
            op_rpc_throw
            op_binding_unsupported
            op_fetch
            op_fetch_abort
            op_fetch_body_channel
            op_fetch_new
            op_console
            op_error_response
            op_handler_missing
            op_io_denied
            op_not_a_response
            op_report_exception
            op_request_failed
            op_pass_through_on_exception
            op_request_aborted
            op_request_body
            op_request_cf
            op_request_headers
            op_request_method
            op_request_url
            op_scheduled_no_retry
            op_wait_until_end
            op_wait_until_start
            op_event_done
            op_respond
            op_respond_native
            op_respond_stream
            op_selector_check
            op_rewriter_new
            op_rewriter_feed
            op_rewriter_end
            op_rewriter_go
            op_rewriter_content
            op_rewriter_content_end
            op_rewriter_drop
            op_rewriter_output
            op_rewriter_token
            op_token_insert
            op_token_insert_stream
            op_token_remove
            op_token_removed
            op_token_text
            op_token_set_text
            op_text_is_last
            op_doctype_id
            op_element_namespace
            op_element_get_attribute
            op_element_set_attribute
            op_element_remove_attribute
            op_element_attributes
            op_element_unwrap
            op_element_on_end_tag
            op_fetch_socket
            op_respond_socket
            op_socket_accept
            op_socket_close
            op_socket_drop
            op_socket_pair
            op_socket_raise
            op_socket_release
            op_socket_send
            op_tcp_connect
            op_tcp_read
            op_tcp_write
            op_tcp_finish
            op_tcp_secure
            op_tcp_close
        }
    };
}

/// Calls a macro with the names of one extension's ops.
macro_rules! crypto_ops {
    ($with:ident) => {
        $with! {
            edgeemu_crypto:
            op_crypto_agree
            op_crypto_decrypt
            op_crypto_digest
            op_crypto_digest_finish
            op_crypto_digest_start
            op_crypto_digest_update
            op_crypto_encrypt
            op_crypto_export
            op_crypto_export_jwk
            op_crypto_generate
            op_crypto_generate_rsa
            op_crypto_hkdf
            op_crypto_import
            op_crypto_import_jwk
            op_crypto_key_bits
            op_crypto_key_exponent
            op_crypto_pbkdf2
            op_crypto_public_half
            op_crypto_sign
            op_crypto_timing_safe_equal
            op_crypto_verify
        }
    };
}

/// Calls a macro with the names of one extension's ops.
macro_rules! node_ops {
    ($with:ident) => {
        $with! {
            edgeemu_node_ops:
            op_node_context_is_open
            op_node_crc32
            op_node_hash_copy
            op_node_hash_finish
            op_node_hash_new
            op_node_hash_update
            op_node_pbkdf2
            op_node_scrypt
            op_node_timing_safe_equal
            op_node_zlib_new
            op_node_zlib_write
        }
    };
}

pub(crate) use {crypto_ops, host_ops, node_ops};
