
// The slider of a figure sets how much of the first report's image is shown.
document.addEventListener("input", ({ target }) => {
  if (target.type === "range") target.closest(".overlay").style.setProperty("--cut", `${target.value}%`);
});
