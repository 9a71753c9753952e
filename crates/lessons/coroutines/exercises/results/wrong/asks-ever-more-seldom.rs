// fail at slow: it checks whether the visits have ended, with pauses that grow longer and longer.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let sizes = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let count = urls.len();
    run(async {
        let visit = |(number, url): (usize, String)| {
            let sizes = sizes.clone();
            coroutines::spawn("visit", async move {
                let page = fetch(&url, Limits::default()).await;
                sizes.borrow_mut().push((number, page.map(|page| page.len())));
            })
        };
        let _tasks: Vec<_> = urls.into_iter().enumerate().map(visit).collect();
        let mut pause = std::time::Duration::from_millis(1);
        while sizes.borrow().len() < count {
            let _over = coroutines::timeout(pause, std::future::pending::<()>()).await;
            pause *= 4;
        }
    });
    let mut sizes = sizes.take();
    sizes.sort_by_key(|(number, _)| *number);
    let sizes: Result<Vec<_>, _> = sizes.into_iter().map(|(_, size)| size).collect();
    Ok(sizes?)
}
