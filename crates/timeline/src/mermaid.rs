//! STUB

use crate::Run;

pub(crate) fn mermaid(_run: &Run) -> String {
    String::new()
}
