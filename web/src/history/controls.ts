// The controls of how prices are drawn; what they change becomes part of the choice.

import { closePickers } from "../shell/pickers";
import { type Choice, drawnAs, indicatorFault, MOST_INDICATORS, type Scale, toggled, type Type } from "./state";

/** Which ways of drawing the prices on show allow. */
export interface Drawable {
  /** Whether opens, highs and lows are known. */
  range: boolean;
  volume: boolean;
}

export interface Controls {
  /** Has the controls show a choice. */
  show(choice: Choice): void;
  /** Enables only what the prices allow. */
  offer(drawable: Drawable): void;
  /** Says something beside what is compared. */
  announce(text: string): void;
}

/** Takes up the page's controls. */
export function controls(now: () => Choice, choose: (next: Choice) => void): Controls {
  const one = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector);
  const type = one<HTMLSelectElement>("#type");
  const scale = one<HTMLSelectElement>("#scale");
  const volume = one<HTMLInputElement>("#volume");
  const boxes = [...document.querySelectorAll<HTMLInputElement>("#indicators [type=checkbox]")];
  const name = one<HTMLInputElement>("#indicator-name");

  type?.addEventListener("change", () => choose({ ...now(), type: type.value as Type }));
  scale?.addEventListener("change", () => choose({ ...now(), scale: scale.value as Scale }));
  volume?.addEventListener("change", () => choose({ ...now(), volume: volume.checked }));
  const set = (indicator: string, isOn: boolean) => {
    const ind = toggled(now().ind, indicator, isOn);
    if (ind.length <= MOST_INDICATORS) return choose({ ...now(), ind });
    say("#indicator-said", `At most ${MOST_INDICATORS} at once; take one out first.`);
    for (const box of boxes) box.checked = now().ind.includes(box.value);
  };
  for (const box of boxes) box.addEventListener("change", () => set(box.value, box.checked));
  one<HTMLFormElement>("#indicator")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = name?.value.trim().toLowerCase().replace(/\s+/g, "");
    if (!name || !asked) return;
    const fault = indicatorFault(asked);
    say("#indicator-said", fault);
    if (fault) return;
    name.value = "";
    set(asked, true);
  });
  closePickers();

  let drawable: Drawable = { range: true, volume: true };
  const show = (choice: Choice) => {
    if (type) showType(type, choice, drawable);
    if (scale) scale.value = choice.scale;
    if (volume) showVolume(volume, choice, drawable);
    for (const box of boxes) box.checked = choice.ind.includes(box.value);
    count("#indicators", choice.ind.length);
    count("#comparing", choice.compare.length);
  };
  return {
    show,
    offer(what) {
      drawable = what;
      show(now());
    },
    announce: (text) => say("#add-said", text),
  };
}

function showType(type: HTMLSelectElement, { type: chosen, compare }: Choice, { range }: Drawable): void {
  for (const option of type.options) option.disabled = drawnAs(option.value as Type, range) !== option.value;
  type.disabled = compare.length > 0;
  type.value = type.disabled ? "line" : drawnAs(chosen, range);
  const closesOnly = range ? "" : "Only closes are known of these prices: there are no candles and no bars";
  type.title = type.disabled ? "Compared prices are drawn as lines" : closesOnly;
}

/** In a comparison all are lines relative to a first price, without volume. */
function showVolume(box: HTMLInputElement, { volume, compare }: Choice, drawable: Drawable): void {
  box.disabled = compare.length > 0 || !drawable.volume;
  box.checked = volume && !box.disabled;
  const label = box.closest("label");
  const why = drawable.volume ? "Volume is not drawn with compared prices" : "No volume is known of these prices";
  if (label) label.title = box.disabled ? why : "";
}

function say(place: string, text: string): void {
  const said = document.querySelector(place);
  if (said) said.textContent = text;
}

function count(sheet: string, chosen: number): void {
  const summary = document.querySelector(`${sheet} summary`);
  if (!summary) return;
  const [name = ""] = (summary.textContent ?? "").split(" (");
  summary.textContent = chosen ? `${name} (${chosen})` : name;
}
