def $Name : Pass<"$flag"> {
  let summary = "TODO: what it does, in a few words";
  let description = [{
    TODO: what it does and why; its preconditions and companions; the paper or
    manual it follows.

    Before: `TODO`
    After:  `TODO`

    Numerics: TODO: do not change, or how.
  }];
}
