//! What `--help` prints, before the kinds of tasks.

pub(crate) const HELP: &str = "\
A scheduler and its workers, on one machine or many: no task that was accepted is lost

Usage: cluster COMMAND [OPTIONS]        (here: cargo run -p cluster -- COMMAND)

  scheduler                  keeps the tasks and lends them to workers
  worker                     does tasks until Ctrl-C
  submit KIND WORD...        hands tasks in, waits for them, and shows their results
  results BATCH              waits for a batch that was handed in before, or is being handed in
  status                     tasks, workers, rate
  cancel BATCH | --task ID   tasks that are not wanted any more
  retry --task ID | --all    dead tasks (failed, or lost their workers, too often) once more
  forget BATCH               results that are not needed any more
  key FILE                   makes the key of a cluster of several machines

On this machine, in three terminals:
  cluster scheduler
  cluster worker
  cluster submit square 1 2 3

On three machines, one of them with the address 10.0.0.1:
  cluster key my.key                                    then copy my.key to the others
  cluster scheduler --at 10.0.0.1:7878 --key my.key     on the first
  cluster worker --at 10.0.0.1:7878 --key my.key        on the second
  cluster submit --at 10.0.0.1:7878 --key my.key primes 1000000      on the third

Without a key the scheduler listens to this machine alone. With it both sides prove that they
have it, and what is said is encrypted. With the key a peer can hand in any task of a known kind.

A task that runs is not interrupted: `cancel` drops its result, and its worker goes on with it. One
that never ends takes one of the --jobs of its worker until that is ended.

With RabbitMQ in the scheduler's place (needs a build with --features rabbitmq):
  cluster scheduler --broker URL      makes its queues there, once, and ends
  cluster worker --broker URL         and so on: all commands but key
What it cannot do: an error's wait is 100 ms, then 200 ms, without chance; when the broker restarts,
or cuts a connection since a task takes longer than its consumer_timeout (30 minutes, unless set),
that counts as a death of what was running, and once also of what only waited beside it (--ahead);
`forget` hides results, and they go by age alone; a task that waits longer than --keep is lost to
its client; `results` does not know of tasks that are not handed in yet; workers and clients do not
see which --memory and --keep the queues were made with; the queues stay when all have ended; and
each client reads the whole log first and keeps all its results in memory, for status and cancel
too. What is said by amqp:// can be read on the line, also the password: between machines, amqps://
is with TLS.
docs/rabbitmq.md has the way from one machine to three, and what each has to set.

Everywhere:
  --at HOST:PORT        where the scheduler is; without, 127.0.0.1:7878
  --key FILE            the key, readable by its owner alone
  --broker URL          amqp://USER@HOST:PORT,HOST:PORT/VHOST; --key FILE has the password, if the
                        URL has not
  --ca FILE             with amqps://: who may sign for the broker; without, whom the system trusts
  --queues NAME         what the names of its queues begin with; without, cluster
  --give-up SECONDS     how long the scheduler may be away; without, 10, and forever for a worker
  --record LOG          writes what happens for `timeline show LOG`; appends, if other processes
                        of this machine write there, too
scheduler:
  --data FILE           where the queue is kept; without, cluster.db
  --volatile            keeps it in memory alone: it is gone with the scheduler
  --grace SECONDS       after Ctrl-C, SIGTERM or the end of its terminal, how long tasks may go on;
                        without, 10. A second signal ends at once
  --keep HOURS          how long results are kept once their batch is over, by the clock of the
                        machine, and for an hour after each start; without, 168. A batch with a
                        dead task (see status) stays until `retry` or `forget`
  --memory MIB          how much the waiting tasks and the results may take; without, 1024. Full of
                        results, it lends no task until some are forgotten
  --page 127.0.0.1:PORT shows the state in a browser on this machine
worker:
  --jobs N              how many tasks at a time; without, 1
  --ahead N             how many more wait here; without, as many as are done in 20 ms
  --grace SECONDS       as for the scheduler; without, 10
submit, results:
  --batch NUMBER        submit: the batch. The same one twice adds no task twice
  --detach              submit: does not wait
  --limit SECONDS       how long to wait for the results; without, until they are there
  --out FILE            where a picture goes
  --json                results, status: for programs, one line each

Kinds:
";
