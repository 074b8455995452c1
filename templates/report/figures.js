/* Numbers to the words that people read. */

/* Python rounds a half to the even digit and toFixed rounds it up; halves of the last of two
   digits that a double can hold are odd eighths. */
function twoDigits(value) {
  const below = Math.floor(value * 100);
  const isHalf = Number.isInteger(8 * value) && value * 100 !== below;
  return (isHalf && below % 2 === 0 ? below / 100 : value).toFixed(2);
}

function percent(share) {
  return twoDigits(100 * share);
}

function signedPoints(difference) {
  const digits = twoDigits(Math.abs(100 * difference));
  if (digits === "0.00") return "0.00";
  return (difference > 0 ? "+" : "\u2212") + digits;
}

function count(number) {
  return number.toLocaleString("en-US");
}

function logits(value) {
  return Number.isFinite(value) ? value.toFixed(3) : "no span";
}
