// right: it ends at the first error, uses the other client, and returns another kind of list.
use coroutines::{TaskError, spawn, try_joinall};
use std::collections::VecDeque;

#[derive(Debug)]
enum Failed {
    Get(web::GetError),
    Task(TaskError),
}

impl From<TaskError> for Failed {
    fn from(error: TaskError) -> Self {
        Failed::Task(error)
    }
}

async fn size(url: String) -> Result<u64, Failed> {
    let page = web::get(&url, Limits::default()).await.map_err(Failed::Get)?;
    Ok(page.len() as u64)
}

fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let sizes = run(async {
        let tasks = urls.iter().map(|url| spawn(url.as_str(), size(url.clone())));
        try_joinall(tasks.collect()).await
    });
    match sizes {
        Ok(sizes) => Ok(VecDeque::from(sizes)),
        Err(error) => Err(format!("{error:?}").into()),
    }
}
