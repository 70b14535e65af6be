export { nearestName } from "../kube/nearest-name.js";
