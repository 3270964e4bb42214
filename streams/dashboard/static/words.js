// Numbers and names in words, the same on every panel.
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, notation: "compact" });

export const integer = (number) => WHOLE.format(number);

export const short = (number) => (Math.abs(number) < 10_000 ? WHOLE.format(number) : SHORT.format(number));

/** A share as a percentage; small and nearly full shares keep a decimal. */
export function percent(share, digits = null) {
  if (share === null || share === undefined) return "none yet";
  const number = 100 * share;
  const fine = number > 0 && number < 10 ? 1 : number > 99 && number < 100 ? 2 : 0;
  return `${number.toFixed(digits ?? fine)} %`;
}

export const bits = (number) => `${number > 0 ? "+" : ""}${number.toFixed(1)}`;

export const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** A loss in rho, as many digits as it has. */
export const rho = (number) => Number(number.toFixed(9)).toString();

/** One block, or from one to another. */
export const blocks = (first, last) => (first === last ? `block ${first}` : `blocks ${first} to ${last}`);

export const spaced = (name) => name.replaceAll("_", " ");

/** The interval of an estimate in percent, or that it was counted. */
export function interval({ low, high, estimand }) {
  if (estimand === "census") return "counted, no interval";
  return `${rounded(low)} to ${rounded(high)}`;
}

const rounded = (share) => {
  const number = 100 * share;
  return number > 0 && number < 10 ? number.toFixed(1) : number.toFixed(0);
};
