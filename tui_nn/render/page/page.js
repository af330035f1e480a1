// The values of the curves under the pointer; without it the page has all the same to show.
for (const chart of document.querySelectorAll("svg.curves")) {
  const [left, right, start, end] = JSON.parse(chart.dataset.plane);
  const series = JSON.parse(chart.dataset.series).filter(([, steps]) => steps.length);
  const hover = chart.querySelector(".hover"), [rule, tip] = hover.children;
  const nearest = (steps, step) => {
    let low = 0, high = steps.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (steps[middle] < step) low = middle; else high = middle;
    }
    return step - steps[low] < steps[high] - step ? low : high;
  };
  chart.addEventListener("pointermove", (event) => {
    const box = chart.getBoundingClientRect(), width = chart.viewBox.baseVal.width;
    const x = Math.min(right, Math.max(left, (event.clientX - box.left) / box.width * width));
    const step = start + (x - left) / (right - left) * (end - start);
    const said = series.map(([name, steps, values]) => [name, values[nearest(steps, step)]]);
    tip.textContent = [`step ${Math.round(step)}`,
      ...said.filter(([, value]) => value !== null).map(([name, value]) => `${name} ${value}`)]
      .join("   ");
    rule.setAttribute("transform", `translate(${x} 0)`);
    const after = x < (left + right) / 2;
    tip.setAttribute("x", after ? x + 8 : x - 8);
    tip.setAttribute("text-anchor", after ? "start" : "end");
    hover.style.visibility = "visible";
  });
  chart.addEventListener("pointerleave", () => { hover.style.visibility = "hidden"; });
}
