def ${td}_$Name : ${td}_Op<"$mnemonic", [Pure, SameOperandsAndResultType]> {
  let summary = "TODO: what it computes, in a few words";
  let description = [{
    ```
    TODO: the formula
    ```

    TODO: a table of shapes and element types; the source.

    Constraints:
    - C1: the input has rank 1 or more.

    Example:

    ```mlir
    %y = $dialect.$mnemonic %x : tensor<?x64xf32>
    ```
  }];
  let arguments = (ins Arg<AnyRankedTensor, "TODO">:$$input);
  let results = (outs Res<AnyRankedTensor, "TODO">:$$output);
  let assemblyFormat = "$$input attr-dict `:` type($$input)";
  let hasVerifier = 1;
}
