// right: a thread reads, with a buffer, and sends each request, or the end, through a channel.
use std::io::BufReader;
use std::sync::mpsc;

fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    stream.set_nodelay(true)?;
    std::thread::scope(|scope| {
        let (give, take) = mpsc::channel();
        scope.spawn(move || {
            let mut reader = BufReader::new(stream);
            while let Ok(Some(request)) = frame::read(&mut reader, 64) {
                if give.send(request).is_err() {
                    break;
                }
            }
        });
        let mut lent = None;
        for request in take {
            if let Some(result) = decode::<Option<u32>>(&request)? {
                results.push(result);
                say!("Results so far: {results:?}");
            }
            lent = tasks.pop_front();
            if frame::write(stream, &encode(&lent)?).is_err() {
                break;
            }
        }
        if let Some(task) = lent {
            say!("Task {task} is put back.");
            tasks.push_back(task);
        }
        Ok(())
    })
}
