// right: it makes the tasks itself, and each stores its size at its place.
use coroutines::{joinall, spawn};
use std::cell::RefCell;
use std::rc::Rc;

fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let sizes = Rc::new(RefCell::new(vec![None; urls.len()]));
    let results = run(async {
        let mut tasks = vec![];
        for (number, url) in urls.into_iter().enumerate() {
            let sizes = Rc::clone(&sizes);
            tasks.push(spawn("visit", async move {
                say!("Visit --> {url}");
                if let Ok(page) = fetch(&url, Limits::default()).await {
                    sizes.borrow_mut()[number] = Some(page.len());
                }
            }));
        }
        joinall(tasks).await
    });
    for result in results {
        result?;
    }
    let sizes: Option<Vec<usize>> = sizes.borrow().iter().copied().collect();
    sizes.ok_or_else(|| "a page could not be fetched".into())
}
