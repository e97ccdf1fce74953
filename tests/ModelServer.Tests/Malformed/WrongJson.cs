namespace Scalelab.ModelServer.Tests.Malformed;

/// <summary>JSON values that are wrong wherever they stand, and others that no JSON reader takes.</summary>
internal static class WrongJson
{
    /// <summary>Values that are JSON, and neither numbers nor arrays of numbers.</summary>
    public static readonly string[] Values =
    [
        "null", "true", "\"\"", "\"x\"", "\"1\"", "\"NaN\"", "{}", "{\"a\": 1}", "{\"b64\": \"AAAA\"}", "[]", "[[]]", "[[[]]]", "[null]", "[\"x\"]", "[{}]",
        "[[1], 2]", "[1, [2]]", "[[1, 2], [3]]", "[true, \"x\"]", "1e999", "-1e999", "\"\\u0000\"", "\"../../etc/passwd\"", "\"<script>\"",
    ];

    /// <summary>Words that are no JSON.</summary>
    public static readonly string[] Words =
    [
        "NaN", "Infinity", "-Infinity", "nan", "undefined", "None", "True", "0x1", "01", "+1", ".5", "1.", "1e", "--1", "'x'", "\"x", "\"\\x\"", "\"\\ud800\"", "[1,]", "[,1]", "[1",
        "{\"a\":}", "{\"a\" 1}", "{a: 1}", "// x", "/* x */ 1", "\"\t\"", "",
    ];

    /// <summary>Arrays in arrays, deeper than any tensor.</summary>
    public static string Deep(int depth) => new string('[', depth) + "1" + new string(']', depth);
}
