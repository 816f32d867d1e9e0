/** Stops processes for a while (SIGSTOP). They go on when the returned function is called, or at the latest when this process ends. */

export function pause(pids: readonly number[]): () => void {
  let isPaused = true;
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const goOn = (): void => {
    if (!isPaused) return;
    isPaused = false;
    process.removeListener('exit', goOn);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  };
  process.once('exit', goOn);
  return goOn;
}
