//! Text from elsewhere, as a terminal may get it.

/// One line with nothing in it that a terminal obeys: control characters are replaced, and
/// what is invisible or turns the direction of writing is taken out.
#[must_use]
pub fn clean(text: &str) -> String {
    let shown = |char: char| match char {
        '\n' | '\r' | '\t' => Some(' '),
        _ if char.is_control() => Some('\u{fffd}'),
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{61c}' | '\u{ad}' => None,
        _ => Some(char),
    };
    text.chars().filter_map(shown).collect()
}
