//! What is said before the server starts: who runs, its secrets, its bindings, and every warning.

use edgeemu::Project;
use edgeemu::config::Severity;

use crate::context::Context;
use crate::ui::{Message, Screen};

pub(super) fn announce(screen: &Screen, project: &Project, context: &Context) {
    if !context.environment.hide_banner {
        screen.show(Message::Banner);
    }
    for line in project.secrets_announcements() {
        screen.show(Message::Note(line.clone()));
    }
    screen.show(Message::Bindings(project.bindings()));
    if let Some(warning) = without_effect(&context.without_effect) {
        screen.show(Message::Warning(warning));
    }
    if let Some(block) = project.report().block(Severity::Warning) {
        screen.show(Message::ConfigWarnings { text: block, report: project.report().to_json() });
    }
    for warning in project.warnings() {
        screen.show(Message::Warning(warning.clone()));
    }
    screen.show(Message::Starting);
}

fn without_effect(flags: &[String]) -> Option<String> {
    match flags {
        [] => None,
        [flag] => Some(format!("This flag has no effect in edgeemu: {flag}")),
        flags => Some(format!("These flags have no effect in edgeemu: {}", flags.join(", "))),
    }
}
