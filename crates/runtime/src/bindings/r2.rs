//! R2: from `runtime-js/bindings/r2.js` to the bucket and back.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use deno_core::{JsBuffer, OpState, op2, v8};
use edgeemu_r2::{
    Algorithm, Bucket, ByteRange, Checksum, Condition, Etag, GetOptions, Got, HttpMetadata, Include, ListOptions,
    Object, PartRef, PartUpload, Put, PutOptions, R2Error, RangeOption, Reader, SsecKey, UploadOptions,
};
use http_body::{Frame, SizeHint};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::Body;
use crate::host::{Host, Operation};
use crate::ops::{add_source, current_io, static_bytes};
use crate::script::BindingValue;
use crate::settle::Settled;
use crate::source::Source;

/// With it a listing shows the metadata it was asked for; before, it showed all.
const HONOR_INCLUDE: &str = "r2_list_honor_include";

/// The bucket of a handle, which is the place of its binding in the script's list.
fn bucket(state: &OpState, handle: u32) -> Bucket {
    let host = state.borrow::<Rc<Host>>();
    match &host.script.bindings[handle as usize].value {
        BindingValue::R2(bucket) => bucket.clone(),
        other => unreachable!("the handle of an R2 binding leads to {other:?}"),
    }
}

/// A condition as it crosses: etags as options or as headers have them, times in milliseconds.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ConditionWire {
    etag_matches: Option<String>,
    etag_does_not_match: Option<String>,
    if_match: Option<String>,
    if_none_match: Option<String>,
    uploaded_before: Option<i64>,
    uploaded_after: Option<i64>,
    seconds: bool,
}

impl ConditionWire {
    fn resolve(self) -> Result<Condition, R2Error> {
        let option = |text: Option<String>| text.map(|text| Etag::from_option(&text)).transpose();
        let header = |name, text: Option<String>| text.map(|text: String| Etag::from_header(name, &text)).transpose();
        Ok(Condition {
            etag_matches: option(self.etag_matches)?.or(header("if-match", self.if_match)?),
            etag_does_not_match: option(self.etag_does_not_match)?.or(header("if-none-match", self.if_none_match)?),
            uploaded_before: self.uploaded_before,
            uploaded_after: self.uploaded_after,
            seconds_granularity: self.seconds,
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct RangeWire {
    offset: Option<f64>,
    length: Option<f64>,
    suffix: Option<f64>,
    header: Option<String>,
}

impl RangeWire {
    fn resolve(self) -> Result<RangeOption, R2Error> {
        match self.header {
            Some(header) => Ok(RangeOption::Header(header)),
            None => RangeOption::parse(self.offset, self.length, self.suffix),
        }
    }
}

/// Bytes, or the text that stands for them.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct BytesWire {
    field: String,
    hex: Option<String>,
    bytes: Option<JsBuffer>,
}

impl BytesWire {
    fn key(self) -> Result<SsecKey, R2Error> {
        match self.bytes {
            Some(bytes) => SsecKey::from_bytes(&bytes),
            None => SsecKey::from_hex(&self.hex.unwrap_or_default()),
        }
    }

    fn checksum(self) -> Result<Checksum, R2Error> {
        let found = Algorithm::ALL.into_iter().find(|algorithm| algorithm.field() == self.field);
        let algorithm = found.expect("the script's side names no other field");
        match self.bytes {
            Some(bytes) => Checksum::from_bytes(algorithm, &bytes),
            None => Checksum::from_hex(algorithm, &self.hex.unwrap_or_default()),
        }
    }
}

/// Options of `get`, `put` and `createMultipartUpload`, which share what they have in common.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct OptionsWire {
    only_if: Option<ConditionWire>,
    range: Option<RangeWire>,
    http: HttpMetadata,
    custom: Vec<(String, String)>,
    checksums: Vec<BytesWire>,
    storage_class: Option<String>,
    ssec_key: Option<BytesWire>,
}

impl OptionsWire {
    fn get(self) -> Result<GetOptions, R2Error> {
        Ok(GetOptions {
            only_if: self.only_if.map(ConditionWire::resolve).transpose()?,
            range: self.range.map(RangeWire::resolve).transpose()?,
            ssec_key: self.ssec_key.map(BytesWire::key).transpose()?,
        })
    }

    fn put(self) -> Result<PutOptions, R2Error> {
        let only_if = self.only_if.map(ConditionWire::resolve).transpose()?;
        let mut checksum = None;
        for given in self.checksums {
            if checksum.is_some() {
                return Err(R2Error::ManyChecksums);
            }
            checksum = Some(given.checksum()?);
        }
        Ok(PutOptions {
            only_if,
            http_metadata: self.http,
            custom_metadata: self.custom,
            checksum,
            storage_class: self.storage_class,
            ssec_key: self.ssec_key.map(BytesWire::key).transpose()?,
        })
    }

    fn upload(self) -> Result<UploadOptions, R2Error> {
        Ok(UploadOptions {
            http_metadata: self.http,
            custom_metadata: self.custom,
            storage_class: self.storage_class,
            ssec_key: self.ssec_key.map(BytesWire::key).transpose()?,
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ListWire {
    limit: Option<i64>,
    prefix: Option<String>,
    cursor: Option<String>,
    delimiter: Option<String>,
    start_after: Option<String>,
    include: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct PartWire {
    number: i32,
    etag: String,
}

/// null, or the object as JSON.
#[op2]
#[string]
pub(crate) fn op_r2_head(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
) -> Result<Option<String>, R2Error> {
    let found = bucket(state, handle).head(key)?;
    Ok(found.map(|object| object_json(&object, Some(object.whole())).to_string()))
}

/// null, or the object as JSON; `body` in it is the id of a native source, or null if the condition does not hold.
#[op2]
#[string]
pub(crate) fn op_r2_get(
    scope: &mut v8::PinScope<'_, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    #[serde] options: OptionsWire,
) -> Result<Option<String>, R2Error> {
    let Some(Got { object, range, body }) = bucket(state, handle).get(key, &options.get()?)? else { return Ok(None) };
    let io = current_io(scope);
    let host = state.borrow::<Rc<Host>>();
    let mut found = object_json(&object, Some(range));
    found["body"] = match body {
        Some(reader) => json!(add_source(host, Source::new(io, reader.into(), None))),
        None => Value::Null,
    };
    Ok(Some(found.to_string()))
}

/// Resolves with the object, or with null if the condition does not hold. `body`: as of [`Input`].
#[op2]
pub(crate) fn op_r2_put<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    body: v8::Local<v8::Value>,
    length: f64,
    #[serde] options: OptionsWire,
) -> Result<v8::Local<'s, v8::Promise>, R2Error> {
    let (input, size) = Input::of(scope, state, body, length);
    let bucket = bucket(state, handle);
    let upload = Upload::Object(Box::new(bucket.begin_put(key, size, options.put()?)?));
    Ok(input.into_promise(scope, state, upload, bucket.is_on_disk()))
}

#[op2]
pub(crate) fn op_r2_delete(state: &mut OpState, #[smi] handle: u32, #[serde] keys: Vec<String>) -> Result<(), R2Error> {
    bucket(state, handle).delete(&keys)
}

/// `{ objects, cursor, delimitedPrefixes }` as JSON.
#[op2]
#[string]
pub(crate) fn op_r2_list(
    state: &mut OpState,
    #[smi] handle: u32,
    #[serde] options: ListWire,
) -> Result<String, R2Error> {
    let honor = state.borrow::<Rc<Host>>().script.flags.iter().any(|flag| flag == HONOR_INCLUDE);
    let asked: Vec<_> = options.include.iter().map(|include| Include::parse(include)).collect::<Result<_, _>>()?;
    let page = bucket(state, handle).list(&ListOptions {
        limit: options.limit,
        prefix: options.prefix,
        cursor: options.cursor,
        delimiter: options.delimiter,
        start_after: options.start_after,
        include: if honor { asked } else { vec![Include::Http, Include::Custom] },
    })?;
    let objects: Vec<_> = page.objects.iter().map(|object| object_json(object, None)).collect();
    Ok(json!({ "objects": objects, "cursor": page.cursor, "delimitedPrefixes": page.delimited_prefixes }).to_string())
}

/// The id of a new upload.
#[op2]
#[string]
pub(crate) fn op_r2_create_upload(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    #[serde] options: OptionsWire,
) -> Result<String, R2Error> {
    bucket(state, handle).create_upload(key, options.upload()?)
}

/// Resolves with the etag of the part. `body`: as of [`Input`].
#[op2]
#[allow(clippy::too_many_arguments, reason = "one crossing into the host instead of several")]
pub(crate) fn op_r2_upload_part<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    #[string] upload: &str,
    number: i32,
    body: v8::Local<v8::Value>,
    length: f64,
    #[serde] options: OptionsWire,
) -> Result<v8::Local<'s, v8::Promise>, R2Error> {
    PartRef::check_number(number)?;
    let (input, size) = Input::of(scope, state, body, length);
    let bucket = bucket(state, handle);
    let ssec_key = options.ssec_key.map(BytesWire::key).transpose()?;
    let upload = Upload::Part(bucket.begin_part((key, upload), number, size, ssec_key.as_ref())?);
    Ok(input.into_promise(scope, state, upload, bucket.is_on_disk()))
}

/// The object as JSON.
#[op2]
#[string]
pub(crate) fn op_r2_complete_upload(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    #[string] upload: &str,
    #[serde] parts: Vec<PartWire>,
) -> Result<String, R2Error> {
    let parts: Vec<_> = parts.into_iter().map(|part| PartRef { number: part.number, etag: part.etag }).collect();
    Ok(object_json(&bucket(state, handle).complete_upload(key, upload, &parts)?, None).to_string())
}

#[op2(fast)]
pub(crate) fn op_r2_abort_upload(
    state: &mut OpState,
    #[smi] handle: u32,
    #[string] key: &str,
    #[string] upload: &str,
) -> Result<(), R2Error> {
    bucket(state, handle).abort_upload(key, upload)
}

fn object_json(object: &Object, range: Option<ByteRange>) -> Value {
    let mut shown = serde_json::to_value(object).expect("an object has only texts and numbers");
    if let Some(range) = range {
        shown["range"] = json!(range);
    }
    shown
}

/// The bytes of an upload: a string, a view, nothing for null, or the id of a native source.
enum Input {
    Bytes(Bytes),
    Stream(Body),
}

impl Input {
    /// With how many bytes there are; `length` is what is known about a source.
    fn of(scope: &mut v8::PinScope, state: &OpState, value: v8::Local<v8::Value>, length: f64) -> (Input, u64) {
        let Ok(source) = v8::Local::<v8::Number>::try_from(value) else {
            let bytes = static_bytes(scope, value);
            let size = bytes.len() as u64;
            return (Input::Bytes(bytes), size);
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an id that the host gave out")]
        let id = source.value() as usize;
        let source = state.borrow::<Rc<Host>>().sources.borrow_mut().try_remove(id);
        let body = source.and_then(|source| source.take()).unwrap_or_else(Body::empty);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a length")]
        let size = length as u64;
        (Input::Stream(body), size)
    }

    fn into_promise<'s>(
        self,
        scope: &mut v8::PinScope<'s, '_>,
        state: &OpState,
        upload: Upload,
        is_on_disk: bool,
    ) -> v8::Local<'s, v8::Promise> {
        let io = current_io(scope);
        let received = async move {
            match self.receive(upload, is_on_disk).await {
                Ok(settled) => settled,
                Err(error) => Settled::Error(error),
            }
        };
        Rc::clone(state.borrow::<Rc<Host>>()).promise(scope, Operation::new(io, received))
    }

    /// Waiting for a disk would hold up the whole lane, so that is done on another thread.
    async fn receive(self, mut upload: Upload, is_on_disk: bool) -> Result<Settled, String> {
        let rest = match self {
            Input::Bytes(bytes) => bytes,
            Input::Stream(mut body) => {
                while let Some(chunk) = body.chunk().await.map_err(|error| error.to_string())? {
                    upload.write(&chunk).map_err(|error| error.to_string())?;
                }
                Bytes::new()
            }
        };
        let finish = move || upload.write(&rest).and_then(|()| upload.finish()).map_err(|error| error.to_string());
        if !is_on_disk {
            return finish();
        }
        tokio::task::spawn_blocking(finish).await.map_err(|error| error.to_string())?
    }
}

/// What is being uploaded.
enum Upload {
    Object(Box<Put>),
    Part(PartUpload),
}

impl Upload {
    fn write(&mut self, bytes: &[u8]) -> Result<(), R2Error> {
        match self {
            Upload::Object(put) => put.write(bytes),
            Upload::Part(part) => part.write(bytes),
        }
    }

    fn finish(self) -> Result<Settled, R2Error> {
        Ok(match self {
            Upload::Object(put) => match put.finish()? {
                Some(object) => Settled::Json(object_json(&object, None).to_string()),
                None => Settled::Null,
            },
            Upload::Part(part) => Settled::Json(json!(part.finish()?.etag).to_string()),
        })
    }
}

impl From<Reader> for Body {
    fn from(reader: Reader) -> Body {
        Body::stream(ReaderBody(reader))
    }
}

/// The bytes of an object on their way out.
struct ReaderBody(Reader);

impl http_body::Body for ReaderBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.0.read_chunk().transpose().map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.left())
    }
}
