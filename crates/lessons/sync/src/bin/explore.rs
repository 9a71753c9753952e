//! Tries every order of the turns of a story's threads, and shows the first one that goes wrong.
//!
//! Run it as `cargo run -p sync -- --explore [NAME] [--schedule TURNS]`: it has to be built with
//! `--cfg explore`, and that command does so. The stories are in `src/explore/stories/`.

use std::process::ExitCode;

#[cfg(not(explore))]
fn main() -> ExitCode {
    lesson::Lesson::new(
        env!("CARGO_PKG_NAME"),
        env!("CARGO_BIN_NAME"),
        "2.2 Every order of the turns of two threads; run it by --explore",
    )
    .run(|| {
        common::say!("Nothing explored: run it as cargo run -p sync -- --explore");
        Ok(())
    })
}

#[cfg(explore)]
fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    explored::tell(&words).unwrap_or_else(|complaint| {
        common::say!("explore: {complaint}");
        ExitCode::from(2)
    })
}

#[cfg(explore)]
mod explored {
    use std::process::ExitCode;

    use common::say;
    use sync::explore::stories::{STORIES, Story};
    use sync::explore::{Explored, Fault, Path, Reach, explore, lanes, pct, random, replay, waits};

    /// About as many as there are time for.
    const MOST: usize = 100_000;
    /// How many at random, each way, when there are more than that.
    const BY_LOT: usize = 10_000;
    const SEED: u64 = 1;

    pub(super) fn tell(words: &[String]) -> Result<ExitCode, String> {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let (name, path) = match words[..] {
            [] => (STORIES[0].name, None),
            ["--schedule", turns] => (STORIES[0].name, Some(turns)),
            [name] => (name, None),
            [name, "--schedule", turns] => (name, Some(turns)),
            _ => return Err("takes [NAME] [--schedule TURNS], and nothing more".to_owned()),
        };
        let path = path.map(str::parse::<Path>).transpose();
        let path = path.map_err(|error| error.to_string())?;
        let story = STORIES.iter().find(|story| story.name == name);
        let story = story.ok_or_else(|| no_story(name))?;

        say!("{}: {}", story.name, story.about);
        let fault = match path {
            Some(path) => {
                say!("One schedule, as it was given.");
                replay(story.body, path).err()
            }
            None => all(story),
        };
        let Some(fault) = fault else {
            say!("No fault.");
            return Ok(ExitCode::SUCCESS);
        };
        show(story, &fault);
        Ok(ExitCode::FAILURE)
    }

    /// Schedules with few preemptions first; if they are too many, the rest at random.
    fn all(story: &Story) -> Option<Fault> {
        let Explored {
            schedules,
            reach,
            fault,
        } = explore(story.body, MOST);
        let reach = match reach {
            Reach::All => "all there are".to_owned(),
            Reach::Preemptions(most) => format!("all with {}", at_most(most)),
            Reach::SomePreemptions(most) => format!("some of those with {}", at_most(most)),
        };
        say!("Ran {schedules} schedules: {reach}.");
        if fault.is_some() || schedules < MOST {
            return fault;
        }
        say!("And at random: {BY_LOT} turn by turn, {BY_LOT} by priorities that change.");
        let lots = random(story.body, SEED, BY_LOT);
        lots.and_then(|()| pct(story.body, SEED, 3, BY_LOT)).err()
    }

    fn at_most(preemptions: usize) -> String {
        let s = if preemptions == 1 { "" } else { "s" };
        format!("at most {preemptions} preemption{s}")
    }

    fn show(story: &Story, fault: &Fault) {
        say!("Found: {}", fault.what);
        say!("");
        lanes(&fault.steps).iter().for_each(|line| say!("{line}"));
        say!("");
        waits(&fault.steps).iter().for_each(|line| say!("{line}"));
        say!("The same again:");
        say!(
            "  cargo run -p sync -- --explore {} --schedule {}",
            story.name,
            fault.path
        );
    }

    fn no_story(name: &str) -> String {
        let names: Vec<_> = STORIES.iter().map(|story| story.name).collect();
        format!("there is no '{name}'; there are {}", names.join(", "))
    }
}
