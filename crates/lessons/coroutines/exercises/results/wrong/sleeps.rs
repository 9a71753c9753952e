// fail at slow: it sleeps for a second instead of waiting for the visits.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let sizes = std::rc::Rc::new(std::cell::RefCell::new(vec![None; urls.len()]));
    run(async {
        let visit = |(number, url): (usize, String)| {
            let sizes = sizes.clone();
            coroutines::spawn("visit", async move {
                if let Ok(page) = fetch(&url, Limits::default()).await {
                    sizes.borrow_mut()[number] = Some(page.len());
                }
            })
        };
        let _tasks: Vec<_> = urls.into_iter().enumerate().map(visit).collect();
        let timer = coroutines::timeout(std::time::Duration::from_secs(1), std::future::pending::<()>());
        let _over = timer.await;
    });
    let sizes: Option<Vec<_>> = sizes.take().into_iter().collect();
    sizes.ok_or_else(|| "a page has not come".into())
}
