/** The search finds prose, exercises and equations, by keyboard alone. */
const { openPage, visit } = require("./pages.cjs");

const wanted = [
  { words: "partition function", link: /chapters\/(04-optimal-policy|06-dpo)\.html/ },
  { words: "the weight of a pair", link: /chapters\/06-dpo\.html#exercise-dpo-gradient/ },
  { words: "dpo-gradient", link: /chapters\/06-dpo\.html#exercise-dpo-gradient/ },
  { words: "Equation dpo.8", link: /chapters\/06-dpo\.html#eq-dpo-8/ },
];

async function run(context) {
  const { check } = context;
  const { page, trouble, close } = await openPage(context);
  try {
    await visit(page, context.address, "index.html");
    for (const { words, link } of wanted) {
      await page.keyboard.press("Control+k");
      const box = page.locator(".VPLocalSearchBox input");
      await box.waitFor();
      await box.fill(words);
      await page.locator(".VPLocalSearchBox .results a.result").first().waitFor();
      await page.waitForTimeout(500); // the box waits for the typing to end
      const hrefs = await page
        .locator(".VPLocalSearchBox .results a.result")
        .evaluateAll((all) => all.map((a) => a.href));
      check(
        `search finds "${words}"`,
        hrefs.slice(0, 6).some((href) => link.test(href)),
        hrefs.slice(0, 4).join(" "),
      );
      await page.keyboard.press("Escape");
      await page.locator(".VPLocalSearchBox").waitFor({ state: "detached" });
    }
    await page.keyboard.press("Control+k");
    await page.locator(".VPLocalSearchBox input").fill("Equation dpo.8");
    await page.locator('.VPLocalSearchBox .results a.result[href*="#eq-dpo-8"]').first().waitFor();
    await page.waitForTimeout(500);
    await page.locator('.VPLocalSearchBox .results a.result[href*="#eq-dpo-8"]').first().click();
    await page.waitForFunction(() => location.hash === "#eq-dpo-8" && document.getElementById("eq-dpo-8") !== null);
    check("a result leads to its equation", true);
    check("search works without trouble", trouble.length === 0, trouble.join("; "));
  } finally {
    await close();
  }
}

module.exports = { name: "search", run };
