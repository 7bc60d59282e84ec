using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>Says of one model why it is in memory or is not, and what asking for it would do; changes nothing.</summary>
internal sealed class ModelInsight(ModelManager models, ModelCache cache, TimeProvider time)
{
    /// <summary>What asking for the model would do now.</summary>
    /// <exception cref="ServingException">It is broken, gone, or cannot be read; or the server is shutting down.</exception>
    internal EvictionPlan Plan(ModelDefinition definition)
    {
        if (definition.Fault is { } fault) throw ModelErrors.Faulty(definition, fault);
        return Look(definition, models.StatusOf(definition)).Plan;
    }

    /// <summary>Why the model is in memory, or is not.</summary>
    /// <exception cref="ServingException">It is gone, or the server is shutting down.</exception>
    internal CacheExplanation Explain(ModelDefinition definition)
    {
        var known = models.StatusOf(definition);
        if (definition.Fault is { } fault) return new(definition, ResidencyCause.Broken, known) { Sentence = fault };
        try
        {
            var (explanation, plan) = Look(definition, known);
            explanation = explanation with
            {
                Status = explanation.Status with
                {
                    ExpectedBytes = plan.NeededBytes,
                    IsMeasured = plan.IsMeasured,
                    LoadTime = explanation.Status.LoadTime ?? known.LoadTime,
                },
            };
            return explanation with { Sentence = ExplanationText.Of(explanation, plan, time.GetUtcNow()) };
        }
        catch (ServingException e) when (e.Kind is not (ServingErrorKind.ModelNotFound or ServingErrorKind.ShuttingDown))
        {
            // Its file cannot even be looked at.
            return new(definition, ResidencyCause.Broken, known) { Sentence = e.Message };
        }
    }

    /// <summary>Files are looked at first, and the lock is taken after that.</summary>
    private (CacheExplanation Explanation, EvictionPlan Plan) Look(ModelDefinition definition, ModelStatus known)
    {
        var (bytes, loadTime) = models.Expected(definition);
        return cache.Explain(definition, bytes, known.IsMeasured, loadTime ?? known.LoadTime, FileStamp.Of(definition.File));
    }
}
