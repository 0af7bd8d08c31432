/** Calls `act` at most once a frame, however often it is asked for. */
export function onceAFrame(act: () => void): { ask(): void; end(): void } {
  let waiting = 0;
  const turn = () => {
    waiting = 0;
    act();
  };
  return {
    ask: () => void (waiting ||= requestAnimationFrame(turn)),
    end: () => cancelAnimationFrame(waiting),
  };
}
