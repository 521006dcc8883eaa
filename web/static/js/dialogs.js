// A menu that has no room in the bar of a narrow screen unfolds by a button with data-unfolds="id".
// Dialogs open by a button with data-opens and close by Escape or data-closes. The browser gives the focus back.
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const unfolds = event.target.closest?.("[data-unfolds]");
    if (unfolds) {
      const open = unfolds.getAttribute("aria-expanded") !== "true";
      unfolds.setAttribute("aria-expanded", String(open));
      document.getElementById(unfolds.dataset.unfolds).classList.toggle("is-open", open);
      return;
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const opener = event.target.closest?.("[data-opens]");
    if (opener) { document.getElementById(opener.dataset.opens)?.showModal(); return; }
    event.target.closest?.("[data-closes]")?.closest("dialog")?.close();
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("sufficit:shown", () => {
    for (const dialog of document.querySelectorAll("dialog[data-open-now]")) if (!dialog.open) dialog.showModal();
  });
}
