// right: it takes results as they come, each with its number, and prints errors, too; println, Box.
use smol::stream::StreamExt;

fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let visit = async |(number, url): (usize, String)| {
        println!("Visit --> {url}");
        match fetch(&url, Limits::default()).await {
            Ok(page) => {
                println!("{} bytes received from {url}.", page.len());
                Ok((number, page.len()))
            }
            Err(error) => {
                eprintln!("error: {error}");
                Err(error)
            }
        }
    };
    let sizes: Result<Vec<(usize, usize)>, Box<dyn Error>> = run(async {
        let mut results = Pool::unbounded().imap_unordered(urls.into_iter().enumerate(), visit);
        let mut sizes = Vec::new();
        while let Some(result) = results.next().await {
            sizes.push(result??);
        }
        Ok(sizes)
    });
    let mut sizes = sizes?;
    sizes.sort_unstable();
    Ok(sizes.into_iter().map(|(_, size)| size).collect::<Box<[usize]>>())
}
