//! Single keys while the server runs.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::message::Message;
use super::screen::Screen;
use super::terminal;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Open the Worker in a browser.
    Browser,
    /// Open DevTools in a browser.
    DevTools,
    /// Empty the terminal.
    Clear,
    /// End the server.
    Exit,
}

/// The keys that are pressed; none without a terminal.
pub(crate) struct Keys(Option<UnboundedReceiver<Key>>);

impl Keys {
    /// Takes the terminal if there is one, and shows the line of keys.
    pub(crate) fn open(screen: &Screen) -> Keys {
        if !terminal::take() {
            return Keys::none();
        }
        let (sender, keys) = unbounded_channel();
        let (reader, below) = (std::thread::Builder::new().name("edgeemu-keys".to_owned()), screen.clone());
        if reader.spawn(move || read(&sender, &below)).is_err() {
            terminal::restore();
            return Keys::none();
        }
        screen.show(Message::Keys(true));
        Keys(Some(keys))
    }

    /// No keys at all.
    pub(crate) fn none() -> Keys {
        Keys(None)
    }

    /// Waits for the next key.
    pub(crate) async fn next(&mut self) -> Key {
        if let Some(keys) = &mut self.0
            && let Some(key) = keys.recv().await
        {
            return key;
        }
        std::future::pending().await
    }

    /// Waits for a key that ends the server.
    pub(crate) async fn exit(&mut self) {
        while self.next().await != Key::Exit {}
    }
}

/// Reads until the terminal is gone or nobody listens.
fn read(keys: &UnboundedSender<Key>, screen: &Screen) {
    while let Ok(event) = crossterm::event::read() {
        match event {
            Event::Key(event) => {
                if let Some(key) = meaning(event)
                    && keys.send(key).is_err()
                {
                    return;
                }
            }
            // Draws the line again in its new width.
            Event::Resize(..) => screen.show(Message::Keys(true)),
            _ => {}
        }
    }
}

fn meaning(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let with_control = event.modifiers.contains(KeyModifiers::CONTROL);
    let KeyCode::Char(letter) = event.code else { return None };
    match (with_control, letter.to_ascii_lowercase()) {
        (true, 'c') | (false, 'x' | 'q') => Some(Key::Exit),
        (false, 'b') => Some(Key::Browser),
        (false, 'd') => Some(Key::DevTools),
        (false, 'c') => Some(Key::Clear),
        _ => None,
    }
}
