namespace Scalelab.Cluster.Tests.Kinds;

public sealed class WorkloadTests
{
    private const string Deployment = """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"main","image":"x:1"}]}}}}""";

    [Fact]
    public void Create_OfDeployment_FillsInTheDefaults()
    {
        var (deployment, errors) = KindPipeline.Create("deployments", Deployment);
        Assert.False(errors.Any);
        var spec = Recordings.Without(deployment["spec"], "/template", "/selector");
        Json.Equal(Json.Object("""{"replicas":1,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600}"""), spec);
        Json.Equal(Json.Object("{}"), deployment["status"]);
    }

    [Theory]
    [InlineData("""{"spec":{"selector":null}}""", "spec.selector: Required value")]
    [InlineData("""{"spec":{"selector":{"matchLabels":{"app":"z"}}}}""", "spec.template.metadata.labels: Invalid value: {\"app\":\"d\"}: `selector` does not match template `labels`")]
    [InlineData("""{"spec":{"replicas":-1}}""", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("""{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}}}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData("""{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":"101%"}}}}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%")]
    [InlineData("""{"spec":{"strategy":{"type":"Recreate","rollingUpdate":{}}}}""", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    [InlineData("""{"spec":{"minReadySeconds":600}}""", "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds")]
    [InlineData("""{"spec":{"template":{"spec":{"restartPolicy":"Never"}}}}""", "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    public void Validate_OfBadDeployment_NamesTheFieldAndTheRule(string change, string problem)
    {
        var body = Cluster.Api.Patch.MergePatch.Apply(Json.Object(Deployment), System.Text.Json.Nodes.JsonNode.Parse(change))!.AsObject();
        var (_, errors) = KindPipeline.Create(KindPipeline.Definition("deployments"), body);
        Assert.Equal(problem, errors.Causes.Select(cause => $"{cause.Field}: {cause.Message}").FirstOrDefault());
    }

    [Theory]
    [InlineData("deployments")]
    [InlineData("replicasets")]
    public void Validate_OfChangedSelector_IsRefused(string plural)
    {
        var (stored, errors) = KindPipeline.Create(plural, Deployment);
        Assert.False(errors.Any);
        var (_, changed) = KindPipeline.Update(KindPipeline.Definition(plural), stored, """{"spec":{"selector":{"matchLabels":{"app":"z"}},"template":{"metadata":{"labels":{"app":"z"}}}}}""");
        Assert.Equal("spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"z\"}}: field is immutable", changed.Summary());
    }

    [Fact]
    public void Columns_OfDeployment_CountItsPods()
    {
        var deployment = Json.Object("""{"metadata":{"name":"d"},"spec":{"replicas":3,"selector":{"matchLabels":{"b":"2","a":"1"},"matchExpressions":[{"key":"c","operator":"In","values":["y","x"]}]},"template":{"spec":{"containers":[{"name":"m","image":"i"},{"name":"n","image":"j"}]}}},"status":{"readyReplicas":2,"updatedReplicas":3,"availableReplicas":1}}""");
        var cells = KindPipeline.Cells(KindPipeline.Definition("deployments"), deployment, DateTimeOffset.UnixEpoch);
        Assert.Equal(("2/3", "3", "1", "m,n", "i,j", "a=1,b=2,c in (x,y)"), (cells["Ready"], cells["Up-to-date"], cells["Available"], cells["Containers"], cells["Images"], cells["Selector"]));
    }
}
