// fail refused: it brings a module along, which is not taken.
#[path = "../../../../../etc/passwd"]
mod reference;

fn talk(words: &[String]) -> StoryResult {
    reference::talk()
}
