import test from "node:test";
import assert from "node:assert/strict";
import { read, write } from "../../crates/web/static/numbers.js";

function check(text, kind, state, value) {
  const got = read(text, kind);
  assert.equal(got.state, state, `${text} (${kind}) → ${JSON.stringify(got)}`);
  if (value !== undefined) assert.equal(got.value, value, text);
}

test("plain numbers in every width", () => {
  check("4200", "yen", "read", "4200");
  check("４，２００円", "yen", "read", "4200");
  check(" 4 200 ", "yen", "read", "4200");
  check("¥4,200", "yen", "read", "4200");
  check("￥4,200", "yen", "read", "4200");
  check("1,234,567円", "yen", "read", "1234567");
  check("0", "yen", "read", "0");
  check("007", "yen", "read", "7");
  check("", "yen", "empty");
  check("　", "yen", "empty");
});

test("below zero, in all the ways in which it is written", () => {
  for (const sign of ["▲", "△", "-", "－", "−", "–", "‐", "ー"]) check(`${sign}1,500`, "yen", "read", "-1500");
  check("¥▲500", "yen", "read", "-500");
  check("+300", "yen", "read", "300");
  check("▲0", "yen", "read", "0");
  check("(500)", "yen", "question", "-500");
  check("▲3", "people", "unreadable");
});

test("decimals where the unit has them", () => {
  check("1.76%", "percent", "read", "1.76");
  check("１．７６％", "percent", "read", "1.76");
  check("▲0.50", "percent", "read", "-0.5");
  check("4.1か月", "months", "read", "4.1");
  check("４．１ヶ月分", "months", "read", "4.1");
  check("1.2345", "percent", "unreadable");
  check("1.5", "yen", "unreadable");
  check("4200.0", "yen", "read", "4200");
});

test("what could mean two things is a question", () => {
  check("5千円", "yen", "question", "5000");
  check("1.5万", "yen", "question", "15000");
  check("1万2000円", "yen", "question", "12000");
  check("9千8百", "yen", "question", "9800");
  check("1万2千500円", "yen", "question", "12500");
  check("1億2,000万", "yen", "question", "120000000");
  check("2千万", "yen", "question", "20000000");
  check("1,76", "percent", "question", "176");
  check("4,20", "yen", "question", "420");
  check("約4200", "yen", "question", "4200");
});

test("what is no number", () => {
  for (const text of ["定昇のみ", "4200-4500", "1.2.3", "5千千万9999999", "--5", "12,34.5,6", "円", "▲", "千", "8百9千", "1.23456万", "1e5", "0x10", "9".repeat(30)]) {
    check(text, "yen", "unreadable");
  }
});

test("never throws, and what it reads it reads again", () => {
  const alphabet = [..."0123456789０９,，.．▲△-−円千万億%()約 ¥人"];
  let seed = 7;
  const next = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 20000; round++) {
    const text = Array.from({ length: next(9) }, () => alphabet[next(alphabet.length)]).join("");
    for (const kind of ["yen", "percent", "people"]) {
      const { state, value } = read(text, kind);
      if (state !== "read" && state !== "question") continue;
      assert.deepEqual(read(write(value, "", "▲"), kind), { state: "read", value }, text);
    }
  }
});

test("written as the documents write it", () => {
  assert.equal(write("-4200", "円"), "▲4,200円");
  assert.equal(write("1234567.5", "%", "−"), "1,234,567.5%");
  assert.equal(write("999", "人"), "999人");
});
