using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Protocol;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Framework;

public sealed class AnalysisTests
{
    [Theory]
    [InlineData("node-ports-in-range", """{ "low": 1 }""", "no setting 'low'. It has: lowest, highest.")]
    [InlineData("node-ports-in-range", """{ "lowest": "x" }""", "'lowest' of the rule 'node-ports-in-range' is 'x'; it must be a whole number from 1 to 65535.")]
    [InlineData("node-ports-in-range", """{ "lowest": 0.5 }""", "must be a whole number")]
    [InlineData("images-by-digest", """{ "low": 1 }""", "It has none but its enforcementLevel.")]
    [InlineData("kserve-standard-mode-scales-on-cpu-or-memory", """{ "defaultDeploymentMode": "Raw" }""", "one of Knative, Serverless, Standard, RawDeployment")]
    [InlineData("load-balancers-only-where-one-exists", """{ "available": "yes" }""", "must be true or false")]
    [InlineData("containers-have-requests-and-limits", """{ "resources": [1] }""", "must be a list of texts")]
    public void Configure_WithWhatTheRuleDoesNotHave_SaysWhatItHas(string rule, string settings, string reason)
    {
        var config = new PolicyConfig { Properties = JsonParser.Default.Parse<Struct>(settings) };

        var error = Assert.Throws<PolicyConfigurationException>(() => new Analysis(Pack.Create()).Configure([KeyValuePair.Create(rule, config)]));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Analyze_WithARuleThatFails_NamesRuleAndResource()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Analysis(Judge.PackOf([new Broken()])).Analyze(Good.Service.ToResource()));

        Assert.Contains("'always-broken' failed on urn:pulumi:dev::lab::kubernetes:core/v1:Service::model", error.Message, StringComparison.Ordinal);
    }

    private sealed class Broken() : ResourceRule("always-broken", "Always broken", "Fails.")
    {
        public override IEnumerable<string> Check(Resource resource, RuleContext context) => throw new NotSupportedException("on purpose");
    }
}
