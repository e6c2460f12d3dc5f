// Adds sorting, filtering, and texts of tiles. The site is complete without scripts.
(function () {
  "use strict";
  var words = document.documentElement.lang === "en" ? { filter: "Filter" } : { filter: "Saring" };
  var compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;

  // On a phone the menu is wider than the screen: scroll to the current page.
  var here = document.querySelector("header nav a[aria-current]");
  if (here) here.closest("ul").scrollLeft = here.offsetLeft - here.closest("ul").offsetLeft - 16;

  function value(row, column) {
    var cell = row.cells[column], sort = cell.getAttribute("data-sort");
    return sort === null ? cell.textContent.trim() : sort;
  }

  function sort(table, column, head) {
    var up = head.getAttribute("aria-sort") !== "ascending", body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows).sort(function (a, b) {
      var x = value(a, column), y = value(b, column), both = x !== "" && y !== "" && !isNaN(x) && !isNaN(y);
      return (up ? 1 : -1) * (both ? x - y : compare(x, y));
    });
    table.querySelectorAll("th[aria-sort]").forEach(function (each) { each.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    rows.forEach(function (row) { body.appendChild(row); });
  }

  document.querySelectorAll("table.data").forEach(function (table) {
    if (table.tBodies[0].rows.length < 4) return;
    table.querySelectorAll("thead th").forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () { sort(table, column, head); });
    });
  });

  document.querySelectorAll("table.long").forEach(function (table) {
    var label = document.createElement("label"), input = document.createElement("input");
    label.className = "filter";
    input.type = "search";
    label.append(words.filter + " ", input);
    table.closest(".scroll").before(label);
    input.addEventListener("input", function () {
      var wanted = input.value.toLowerCase();
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
  });

  document.querySelectorAll("nav.pick").forEach(function (pick) {
    var links = Array.prototype.slice.call(pick.querySelectorAll("a"));
    function show() {
      var wanted = links.filter(function (link) { return link.hash === window.location.hash; })[0] || links[0];
      links.forEach(function (link) {
        document.getElementById(link.hash.slice(1)).hidden = link !== wanted;
        if (link === wanted) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      });
    }
    pick.addEventListener("click", function (event) {
      if (!event.target.hash) return;
      event.preventDefault();
      window.history.replaceState(null, "", event.target.hash);
      show();
    });
    window.addEventListener("hashchange", show);
    show();
  });

  var tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.appendChild(tip);
  document.querySelectorAll(".tilemap").forEach(function (map) {
    map.addEventListener("pointermove", function (event) {
      var says = event.target.getAttribute && event.target.getAttribute("data-says");
      tip.hidden = !says;
      if (!says) return;
      tip.textContent = says;
      tip.style.left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8) + "px";
      tip.style.top = Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8) + "px";
    });
    map.addEventListener("pointerleave", function () { tip.hidden = true; });
    map.addEventListener("click", function (event) {
      var code = event.target.getAttribute && event.target.getAttribute("data-code");
      var row = code && document.querySelector('a[href$="wilayah/' + code + '.html"], a[href="' + code + '.html"]');
      if (row) window.location.href = row.href;
    });
  });
})();
