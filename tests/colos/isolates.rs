//! Where a request is: its isolate, `request.cf`, and how it is told where to go.

use edgeemu::{Body, FetchError, http};

use super::{FRA, SFO, start};
use crate::case::{Outcome, Written, block_on, contains, holds, same, written};

pub(super) const TESTS: &[Written] = written![
    each_location_has_globals_of_its_own,
    a_request_sees_where_it_is,
    headers_cookies_and_hosts_name_a_location,
    what_names_a_location_is_not_shown_to_the_worker,
    a_location_that_is_not_there_is_refused,
    without_locations_nothing_names_one,
];

const COUNTER: &str = "let n = 0; export default { fetch() { return new Response(String(++n)); } };";

const MIRROR: &str = "export default { fetch(request) { return Response.json({ \
    cf: request.cf, url: request.url, headers: Object.fromEntries(request.headers) }); } };";

fn each_location_has_globals_of_its_own() -> Outcome {
    block_on(async {
        let running = start(COUNTER, |builder| builder.colos([FRA, SFO])).await?;
        let mut seen = Vec::new();
        for colo in ["FRA", "SFO", "FRA", "FRA", "SFO"] {
            seen.push(running.text(colo, "/").await?);
        }
        same("counted", seen, ["1", "1", "2", "3", "2"].map(str::to_owned).to_vec())?;
        running.emulator.reload().await.map_err(|error| error.to_string())?;
        same("a new version begins anew", running.text("SFO", "/").await?.as_str(), "1")
    })
}

fn a_request_sees_where_it_is() -> Outcome {
    block_on(async {
        let running = start(MIRROR, |builder| builder.colos([FRA, SFO])).await?;
        let fra = running.json("FRA", "/").await?;
        same("colo", fra["cf"]["colo"].as_str(), Some("FRA"))?;
        same("country", fra["cf"]["country"].as_str(), Some("DE"))?;
        same("time zone", fra["cf"]["timezone"].as_str(), Some("Europe/Berlin"))?;
        same("in the Union", fra["cf"]["isEUCountry"].as_str(), Some("1"))?;
        holds("the ray ends with it", fra["headers"]["cf-ray"].as_str().is_some_and(|ray| ray.ends_with("-FRA")))?;
        let sfo = running.get("SFO", "/").await?;
        let ray = sfo.headers().get("cf-ray").and_then(|ray| ray.to_str().ok()).unwrap_or_default().to_owned();
        let sfo: serde_json::Value = serde_json::from_slice(sfo.body()).map_err(|error| error.to_string())?;
        same("the answer has the same ray", sfo["headers"]["cf-ray"].as_str(), Some(ray.as_str()))?;
        holds("it ends with SFO", ray.len() == 20 && ray.ends_with("-SFO"))?;
        same("the Union ends there", &sfo["cf"]["isEUCountry"], &serde_json::Value::Null)
    })
}

async fn colo_of(running: &super::Running, request: http::request::Builder) -> Result<String, String> {
    let request = request.body(Body::empty()).map_err(|error| error.to_string())?;
    let response = running.emulator.fetch(request).await.map_err(|error| error.to_string())?;
    let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
    let seen: serde_json::Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
    Ok(seen["cf"]["colo"].as_str().unwrap_or_default().to_owned())
}

fn headers_cookies_and_hosts_name_a_location() -> Outcome {
    block_on(async {
        let running = start(MIRROR, |builder| builder.colos([FRA, SFO])).await?;
        let get = |host: &str| http::Request::get(format!("http://{host}/"));
        let cases = [
            ("nothing", get("localhost:1"), "FRA"),
            ("host", get("sfo.localhost:8787"), "SFO"),
            ("another host", get("api.localhost"), "FRA"),
            ("cookie", get("localhost").header("cookie", "a=1; edgeemu_colo=SFO"), "SFO"),
            ("cookie before host", get("sfo.localhost").header("cookie", "edgeemu_colo=fra"), "FRA"),
            ("a cookie of another project", get("localhost").header("cookie", "edgeemu_colo=NRT"), "FRA"),
            ("header", get("localhost").header("x-edgeemu-colo", "SFO"), "SFO"),
            (
                "header before cookie",
                get("sfo.localhost").header("cookie", "edgeemu_colo=SFO").header("x-edgeemu-colo", "fra"),
                "FRA",
            ),
        ];
        for (what, request, expected) in cases {
            same(what, colo_of(&running, request).await?.as_str(), expected)?;
        }
        let running = start(MIRROR, |builder| builder.colos([FRA, SFO]).home_colo(SFO)).await?;
        same("home", colo_of(&running, get("localhost")).await?.as_str(), "SFO")
    })
}

fn what_names_a_location_is_not_shown_to_the_worker() -> Outcome {
    block_on(async {
        let running = start(MIRROR, |builder| builder.colos([FRA, SFO])).await?;
        let request = http::Request::get("http://test/").header("cookie", "a=1; edgeemu_colo=SFO; b=2");
        let request = request.header("x-edgeemu-colo", "SFO").body(Body::empty()).map_err(|error| error.to_string())?;
        let response = running.emulator.fetch(request).await.map_err(|error| error.to_string())?;
        let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
        let seen: serde_json::Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        same("cookies", seen["headers"]["cookie"].as_str(), Some("a=1; b=2"))?;
        same("header", &seen["headers"]["x-edgeemu-colo"], &serde_json::Value::Null)
    })
}

fn a_location_that_is_not_there_is_refused() -> Outcome {
    block_on(async {
        let running = start(MIRROR, |builder| builder.colos([FRA, SFO])).await?;
        let request = http::Request::get("http://test/").header("x-edgeemu-colo", "NRT").body(Body::empty());
        let refused = running.emulator.fetch(request.map_err(|error| error.to_string())?).await;
        let text = match refused {
            Err(FetchError::NoSuchColo(error)) => error.to_string(),
            Err(error) => return Err(format!("another error: {error}")),
            Ok(response) => return Err(format!("it is answered: {}", response.status())),
        };
        same("text", text.as_str(), "there is no colo `NRT` here; there are FRA, SFO")?;
        let single = start(MIRROR, |builder| builder).await?;
        let error = single.emulator.colo("NRT").err().ok_or("there is one")?.to_string();
        contains("what to do", &error, "--colos NRT")
    })
}

fn without_locations_nothing_names_one() -> Outcome {
    block_on(async {
        let running = start(MIRROR, |builder| builder).await?;
        let seen = running.json("DFW", "/").await?;
        same("colo", seen["cf"]["colo"].as_str(), Some("DFW"))?;
        same("city", seen["cf"]["city"].as_str(), Some("Austin"))?;
        same("ray", &seen["headers"]["cf-ray"], &serde_json::Value::Null)
    })
}
