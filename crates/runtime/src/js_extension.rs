deno_core::extension!(
    edgeemu_js,
    deps = [deno_webidl, deno_web],
    esm_entry_point = "ext:edgeemu_js/context.js",
    esm = [dir "../../runtime-js", "context.js"],
    lazy_loaded_js = [dir "../../runtime-js", "modules/cloudflare_workers.js"],
    synthetic_esm = ["cloudflare:workers" = "ext:edgeemu_js/modules/cloudflare_workers.js"],
);
