export default "fetch";
