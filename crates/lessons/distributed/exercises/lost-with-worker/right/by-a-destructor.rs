// right: a destructor puts the lent task back, however the function returns.
struct Lent<'a> {
    tasks: &'a mut VecDeque<u32>,
    task: Option<u32>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            self.tasks.push_front(task);
        }
    }
}

fn exchange(stream: &TcpStream, lent: &mut Lent, results: &mut Vec<u32>) -> Result<bool, Box<dyn std::error::Error>> {
    let Some(request) = frame::read(stream, 64)? else {
        return Ok(false);
    };
    if let Some(result) = decode::<Option<u32>>(&request)? {
        results.push(result);
    }
    lent.task = lent.tasks.pop_front();
    frame::write(stream, &encode(&lent.task)?)?;
    Ok(true)
}

fn serve(stream: &TcpStream, tasks: &mut VecDeque<u32>, results: &mut Vec<u32>) -> StoryResult {
    let mut lent = Lent { tasks, task: None };
    while let Ok(true) = exchange(stream, &mut lent, results) {}
    Ok(())
}
