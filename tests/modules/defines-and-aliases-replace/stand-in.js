export default "stand-in";
