
// A figure's slider says how much of the first report's picture is shown.
document.addEventListener("input", ({ target }) => {
  if (target.type === "range") target.closest(".overlay").style.setProperty("--cut", `${target.value}%`);
});
