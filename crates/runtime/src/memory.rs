//! How much memory a Worker may have: its heap, and its ArrayBuffers.
//!
//! V8 limits the heap itself, and asks before it gives up. The content of ArrayBuffers lies outside the heap, so it
//! comes from an allocator that counts. When that refuses, V8 collects garbage and asks again before the script sees
//! `RangeError: Array buffer allocation failed`, as in production.

use std::alloc::Layout;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use deno_core::{JsRuntime, v8};

/// How many times its limit a heap may reach before its JavaScript has noticed that it was ended.
const HEAP_OVERRUN_MAX: usize = 16;

/// What V8 expects of the memory it gets.
const ALIGNMENT: usize = 16;

/// When the heap is nearly full the running JavaScript is ended; the flag says so.
pub(crate) fn watch_heap(runtime: &mut JsRuntime) -> Rc<Cell<bool>> {
    let full = Rc::new(Cell::new(false));
    let handle = runtime.v8_isolate().thread_safe_handle();
    let flag = Rc::clone(&full);
    runtime.add_near_heap_limit_callback(move |current, initial| {
        flag.set(true);
        handle.terminate_execution();
        // Room to unwind in: the isolate is given up right after. Only a single call of a built-in that needs more than
        // all of it cannot be stopped, and ends the process.
        current.saturating_mul(2).min(initial.saturating_mul(HEAP_OVERRUN_MAX))
    });
    full
}

/// An allocator for the ArrayBuffers of one isolate, which may have `limit` bytes at a time.
pub(crate) fn buffer_allocator(limit: usize) -> v8::UniqueRef<v8::Allocator> {
    static VTABLE: v8::RustAllocatorVtable<Buffers> =
        v8::RustAllocatorVtable { allocate, allocate_uninitialized, free, drop: release };
    let buffers = Arc::into_raw(Arc::new(Buffers { used: AtomicUsize::new(0), limit }));
    // SAFETY: the handle stays valid until V8 calls `release`, which is when it drops its last reference.
    unsafe { v8::new_rust_allocator(buffers, &VTABLE) }
}

/// What the buffers of one isolate take. V8 frees them on threads of its own.
struct Buffers {
    used: AtomicUsize,
    limit: usize,
}

impl Buffers {
    /// Memory for `length` bytes from `allocator`; null if there is none left.
    fn get(&self, length: usize, allocator: unsafe fn(Layout) -> *mut u8) -> *mut c_void {
        let Ok(layout) = layout(length) else { return ptr::null_mut() };
        let used = self.used.fetch_add(length, Ordering::Relaxed);
        let memory = if used.saturating_add(length) > self.limit {
            ptr::null_mut()
        } else {
            // SAFETY: the layout is never empty.
            unsafe { allocator(layout) }
        };
        if memory.is_null() {
            self.used.fetch_sub(length, Ordering::Relaxed);
        }
        memory.cast()
    }
}

fn layout(length: usize) -> Result<Layout, std::alloc::LayoutError> {
    Layout::from_size_align(length.max(1), ALIGNMENT)
}

extern "C" fn allocate(buffers: &Buffers, length: usize) -> *mut c_void {
    buffers.get(length, std::alloc::alloc_zeroed)
}

extern "C" fn allocate_uninitialized(buffers: &Buffers, length: usize) -> *mut c_void {
    buffers.get(length, std::alloc::alloc)
}

unsafe extern "C" fn free(buffers: &Buffers, memory: *mut c_void, length: usize) {
    let Ok(layout) = layout(length) else { return };
    buffers.used.fetch_sub(length, Ordering::Relaxed);
    // SAFETY: V8 gives back what it got from `Buffers::get`, with the length it asked for.
    unsafe { std::alloc::dealloc(memory.cast(), layout) };
}

unsafe extern "C" fn release(buffers: *const Buffers) {
    // SAFETY: this is the pointer that `buffer_allocator` made of an `Arc`, and V8 has no more use for it.
    drop(unsafe { Arc::from_raw(buffers) });
}
