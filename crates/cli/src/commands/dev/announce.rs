//! What is said before the server starts: who runs, its secrets, its bindings, and every warning.

use edgeemu::Project;
use edgeemu::config::{Report, Severity};

use super::options::Plan;
use crate::context::Context;
use crate::ui::{Message, Screen};

pub(super) fn announce(screen: &Screen, plan: &Plan, context: &Context) {
    let (primary, others) = (&plan.project, &plan.others);
    if !context.environment.hide_banner {
        screen.show(Message::Banner);
    }
    if let Some(warning) = without_effect(&context.without_effect) {
        screen.show(Message::Warning(warning));
    }
    for (place, project) in std::iter::once(primary).chain(others).enumerate() {
        if !others.is_empty() {
            let role = if place == 0 { " (serves the address below)" } else { "" };
            screen.show(Message::Note(format!("Worker `{}`{role}", project.config().worker_name())));
        }
        one(screen, project);
    }
    screen.show(Message::Starting);
}

fn show_report(screen: &Screen, report: &Report) {
    if let Some(block) = report.block(Severity::Warning) {
        screen.show(Message::ConfigWarnings { text: block, report: report.to_json() });
    }
}

fn one(screen: &Screen, project: &Project) {
    for line in project.secrets_announcements() {
        screen.show(Message::Note(line.clone()));
    }
    screen.show(Message::Bindings(project.bindings()));
    show_report(screen, project.report());
    for warning in project.warnings() {
        screen.show(Message::Warning(warning.clone()));
    }
}

fn without_effect(flags: &[String]) -> Option<String> {
    match flags {
        [] => None,
        [flag] => Some(format!("This flag has no effect in edgeemu: {flag}")),
        flags => Some(format!("These flags have no effect in edgeemu: {}", flags.join(", "))),
    }
}
